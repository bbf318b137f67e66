/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.spring.token.dpop;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;

import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.util.Assert;

import dev.lumoauth.spring.http.Challenge;
import dev.lumoauth.spring.token.key.SigningKey;

/**
 * Proves for each request that an agent has the key to which its tokens are bound (RFC
 * 9449). There is one object for each agent, for any number of threads. It holds the key
 * and the nonces that servers have asked for.
 *
 * @since 0.1.0
 */
public final class DPoPProofs {

	/**
	 * The header with the proof, and the name of the scheme by which a bound token is
	 * sent (section 7.1).
	 */
	public static final String DPOP = "DPoP";

	/**
	 * The name of a method (RFC 9110 section 9.1), in which no character has to be
	 * escaped.
	 */
	static final String USE_NONCE = "use_dpop_nonce";

	private static final Pattern METHOD = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

	private final Clock clock;

	private final Nonces nonces = new Nonces();

	private volatile @Nullable SigningKey key;

	private final AtomicLong keyChanges = new AtomicLong();

	private DPoPProofs(@Nullable SigningKey key, Clock clock) {
		this.key = key;
		this.clock = clock;
	}

	/**
	 * Return proofs with a key.
	 * @param key the key, whose public key has to be known
	 * @param clock the clock; it may differ from LumoAuth's and the servers' by a few
	 * seconds
	 * @return the proofs
	 * @throws IllegalArgumentException if the public key is not known
	 */
	public static DPoPProofs of(SigningKey key, Clock clock) {
		return new DPoPProofs(requirePublic(key), clock);
	}

	/**
	 * Return proofs with a key that is created when it is first needed, is kept in memory
	 * only, and ends with the process.
	 * @param clock the clock, as in {@link #of}
	 * @return the proofs
	 */
	public static DPoPProofs inMemory(Clock clock) {
		return new DPoPProofs(null, clock);
	}

	/**
	 * Use another key from now on. Tokens that are bound to the previous key are no
	 * longer used from memory: new ones are fetched.
	 * @param key the key
	 * @throws IllegalArgumentException if its public key is not known; the previous key
	 * stays in use
	 */
	public void use(SigningKey key) {
		requirePublic(key);
		this.keyChanges.incrementAndGet();
		this.key = key;
	}

	private static SigningKey requirePublic(SigningKey key) {
		Assert.isTrue(key.publicKey() != null,
				"The public key that belongs to the key of the proofs is not known: it has to be in each proof");
		return key;
	}

	/**
	 * Return how often another key came into use, so that a key that is back in use is
	 * not taken for one that was in use all the time.
	 * @return the number of calls of {@link #use}
	 */
	public long keyChanges() {
		return this.keyChanges.get();
	}

	private SigningKey key() {
		SigningKey current = this.key;
		return (current != null) ? current : firstKey();
	}

	private synchronized SigningKey firstKey() {
		SigningKey current = this.key;
		if (current == null) {
			current = SigningKey.generate();
			this.key = current;
		}
		return current;
	}

	/**
	 * Return the thumbprint of the public key to which tokens are bound (RFC 9449 section
	 * 6.1, RFC 7638). It is not a secret.
	 * @return the {@code jkt}, in base64url
	 */
	public String thumbprint() {
		return key().thumbprint();
	}

	/**
	 * Return the thumbprint as {@link #thumbprint()} does, without creating a key.
	 * @return the thumbprint, or {@code null} if no token was bound to a key yet
	 */
	public @Nullable String thumbprintInUse() {
		SigningKey current = this.key;
		return (current != null) ? current.thumbprint() : null;
	}

	/**
	 * Return a proof for one request. A proof is valid once and for a few seconds: each
	 * request needs its own, even a request that is sent again.
	 * @param method the request's method, such as {@code POST}
	 * @param uri the absolute address to which the request is sent. The query and the
	 * fragment are ignored
	 * @param accessToken the token that the request carries, or {@code null} if it
	 * carries none
	 * @return the value of the {@code DPoP} header
	 * @throws IllegalArgumentException if the address has no host or the method is not
	 * valid
	 */
	public String proof(String method, URI uri, @Nullable String accessToken) {
		return proof(method, uri, accessToken, null);
	}

	/**
	 * Return a proof as {@link #proof(String, URI, String)} does, for a request that is
	 * sent again with the nonce of its refusal. Answers to other requests may have
	 * brought other nonces since then.
	 * @param method the request's method
	 * @param uri the absolute address to which the request is sent
	 * @param accessToken the token that the request carries, or {@code null} if it
	 * carries none
	 * @param wanted what {@link #noteNonce} returned for the refusal, or {@code null} for
	 * the nonce that the server gave last
	 * @return the value of the {@code DPoP} header
	 * @throws IllegalArgumentException if the address has no host or the method is not
	 * valid
	 */
	public String proof(String method, URI uri, @Nullable String accessToken, @Nullable String wanted) {
		Assert.isTrue(METHOD.matcher(method).matches(), "A proof of possession needs a request's method");
		String origin = origin(uri);
		String path = URI.create(uri.toASCIIString()).getRawPath();
		String nonce = (wanted != null) ? wanted : this.nonces.of(origin);
		JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder().jwtID(UUID.randomUUID().toString())
			.issueTime(Date.from(this.clock.instant()))
			.claim("htm", method)
			.claim("htu", origin + (path.isEmpty() ? "/" : path));
		if (accessToken != null) {
			claims.claim("ath", hash(accessToken));
		}
		if (nonce != null) {
			claims.claim("nonce", nonce);
		}
		SigningKey key = key();
		return key.sign("dpop+jwt", Map.of("jwk", Objects.requireNonNull(key.publicKey())), claims.build());
	}

	/**
	 * Return scheme, host and port (RFC 9449 section 4.2: {@code htu}, section 8: a nonce
	 * is the server's).
	 */
	static String origin(URI uri) {
		if (uri.getScheme() == null || uri.getHost() == null) {
			throw new IllegalArgumentException("A proof of possession needs an absolute address with a host");
		}
		String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
		boolean usual = uri.getPort() < 0 || uri.getPort() == (scheme.equals("https") ? 443 : 80);
		String authority = scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT);
		return usual ? authority : authority + ":" + uri.getPort();
	}

	/**
	 * Note the nonce that a server wants in the next proof. A value that is not a nonce
	 * by RFC 9449 section 8.1, or is longer than 1,024 characters, is ignored.
	 * @param uri an address of the server; only scheme, host and port are used
	 * @param nonce the value of the {@code DPoP-Nonce} header; {@code null} for none
	 * @return the value if it is a nonce, otherwise {@code null}
	 */
	public @Nullable String noteNonce(URI uri, @Nullable String nonce) {
		return this.nonces.note(uri, nonce);
	}

	/**
	 * Note the nonce that a server wants, as {@link #noteNonce(URI, String)} does.
	 * @param uri an address of the server
	 * @param headers returns the values of the answer's headers, possibly none
	 * @return the nonce, or {@code null} if the headers contain none
	 */
	public @Nullable String noteNonce(URI uri, Function<String, List<String>> headers) {
		List<String> values = headers.apply("DPoP-Nonce");
		return noteNonce(uri, (values.size() == 1) ? values.get(0) : null);
	}

	/**
	 * Return whether a resource server refused a request only because its proof lacks the
	 * nonce that the server wants (section 9).
	 * @param status the answer's status
	 * @param headers returns the values of the answer's headers, possibly none
	 * @return whether the nonce was the reason
	 */
	public static boolean isNonceWanted(int status, Function<String, List<String>> headers) {
		return status == 401 && Challenge.of(headers.apply(HttpHeaders.WWW_AUTHENTICATE))
			.stream()
			.anyMatch((challenge) -> challenge.is("dpop", USE_NONCE));
	}

	/**
	 * Return an interceptor that adds the proofs to requests to LumoAuth: those marked
	 * with {@link #wanted}, and those with a bound token. The interceptor runs for each
	 * attempt, so each attempt has its own proof.
	 * @return for {@code LumoAuthHttp.Builder}
	 */
	public ClientHttpRequestInterceptor interceptor() {
		return new DPoPInterceptor(this);
	}

	/**
	 * Mark a request for a token that has to be bound to the key (section 5).
	 * @param nonceWanted contains the nonce that the answer asks for and supplies: the
	 * request may then be sent again with the same object. Otherwise it stays empty
	 * @return for {@code RestClient.RequestHeadersSpec.attributes}
	 */
	public static Consumer<Map<String, Object>> wanted(AtomicReference<@Nullable String> nonceWanted) {
		return (attributes) -> attributes.put(DPoPInterceptor.WANTED, nonceWanted);
	}

	/**
	 * Section 4.2: {@code ath}.
	 */
	private static String hash(String token) {
		try {
			return Base64URL
				.encode(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII)))
				.toString();
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("This Java has no SHA-256", ex);
		}
	}

	/**
	 * Without the nonces and the private key.
	 */
	@Override
	public String toString() {
		SigningKey current = this.key;
		return "DPoPProofs[" + ((current != null) ? current.thumbprint() : "no key yet") + "]";
	}

}

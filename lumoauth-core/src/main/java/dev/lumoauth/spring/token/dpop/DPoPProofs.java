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
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.util.Assert;

import dev.lumoauth.spring.token.key.SigningKey;

/**
 * Proves for each request that an agent has the key to which its tokens are bound (RFC
 * 9449). One for each agent, for any number of threads: it holds the key, and the nonces
 * that servers have asked for.
 *
 * @since 0.1.0
 */
public final class DPoPProofs {

	/**
	 * The header with the proof, and the name of the scheme by which a bound token is
	 * sent (section 7.1).
	 */
	public static final String DPOP = "DPoP";

	/** A method's name (RFC 9110 section 9.1), of which nothing has to be escaped. */
	private static final Pattern METHOD = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

	private static final int PREFIX_BYTES = 12;

	private final Clock clock;

	private final Nonces nonces = new Nonces();

	/**
	 * Makes each {@code jti} another than those of any other process: 96 random bits, as
	 * section 4.2 has them. The rest counts: random numbers for each request would wait
	 * for one another.
	 */
	private final String prefix;

	private final AtomicLong count = new AtomicLong();

	private volatile @Nullable ProofKey key;

	private DPoPProofs(@Nullable ProofKey key, Clock clock) {
		this.key = key;
		this.clock = clock;
		byte[] random = new byte[PREFIX_BYTES];
		new SecureRandom().nextBytes(random);
		this.prefix = ProofKey.encode(random) + "-";
	}

	/**
	 * Return proofs by a key.
	 * @param key the key, of which the public one has to be known
	 * @param clock the clock; it may differ from LumoAuth's and the servers' by a few
	 * seconds
	 * @return the proofs
	 * @throws IllegalArgumentException if the public key is not known
	 */
	public static DPoPProofs of(SigningKey key, Clock clock) {
		return new DPoPProofs(new ProofKey(key), clock);
	}

	/**
	 * Return proofs by a key that is made when it is first needed, is in memory only, and
	 * ends with the process.
	 * @param clock the clock, as in {@link #of}
	 * @return the proofs
	 */
	public static DPoPProofs inMemory(Clock clock) {
		return new DPoPProofs(null, clock);
	}

	/**
	 * Use another key from now on. Tokens that are bound to the key before are not found
	 * in memory any more: others are fetched in their place.
	 * @param key the key
	 * @throws IllegalArgumentException if its public key is not known; the key before
	 * stays
	 */
	public void use(SigningKey key) {
		this.key = new ProofKey(key);
	}

	private ProofKey key() {
		ProofKey current = this.key;
		return (current != null) ? current : firstKey();
	}

	private synchronized ProofKey firstKey() {
		ProofKey current = this.key;
		if (current == null) {
			current = new ProofKey(SigningKey.generate());
			this.key = current;
		}
		return current;
	}

	/**
	 * Return what tokens are bound to: the thumbprint of the public key (RFC 9449 section
	 * 6.1, RFC 7638). It is no secret.
	 * @return the {@code jkt}, in base64url
	 */
	public String thumbprint() {
		return key().thumbprint();
	}

	/**
	 * Return the thumbprint as {@link #thumbprint()} does, and make no key for it.
	 * @return the thumbprint, or {@code null} if no token was bound to a key yet
	 */
	public @Nullable String thumbprintInUse() {
		ProofKey current = this.key;
		return (current != null) ? current.thumbprint() : null;
	}

	/**
	 * Return a proof for one request, which is good for a few seconds, and once: each
	 * request needs its own, also one that is sent again.
	 * @param method the request's method, such as {@code POST}
	 * @param uri where it is sent to, by an absolute address. The query and the fragment
	 * don't count
	 * @param accessToken the token that it carries, or {@code null} if it carries none
	 * @return the value of the {@code DPoP} header
	 * @throws IllegalArgumentException if the address has no host or the method is none
	 */
	public String proof(String method, URI uri, @Nullable String accessToken) {
		Assert.isTrue(METHOD.matcher(method).matches(), "A proof of possession needs a request's method");
		TargetUri target = TargetUri.of(uri);
		String nonce = this.nonces.of(target.origin());
		// Nothing in it has to be escaped: all is base64url, ASCII of an address, or
		// checked.
		StringBuilder claims = new StringBuilder(320).append("{\"jti\":\"")
			.append(this.prefix)
			.append(Long.toString(this.count.incrementAndGet(), Character.MAX_RADIX))
			.append("\",\"htm\":\"")
			.append(method)
			.append("\",\"htu\":\"")
			.append(target.origin())
			.append(target.path())
			.append("\",\"iat\":")
			.append(Math.floorDiv(this.clock.millis(), 1000L));
		if (accessToken != null) {
			claims.append(",\"ath\":\"").append(hash(accessToken)).append('"');
		}
		if (nonce != null) {
			claims.append(",\"nonce\":\"").append(nonce).append('"');
		}
		return key().sign(claims.append('}').toString());
	}

	/**
	 * Note which nonce a server wants to see in the next proof. What is none by RFC 9449
	 * section 8.1, or longer than 1,024 characters, is ignored.
	 * @param uri an address of the server, whose scheme, host and port count
	 * @param nonce what its {@code DPoP-Nonce} header says; {@code null} for nothing
	 * @return whether it is a nonce
	 */
	public boolean noteNonce(URI uri, @Nullable String nonce) {
		return this.nonces.note(uri, nonce);
	}

	/**
	 * Note which nonce a server wants, as {@link #noteNonce(URI, String)} does.
	 * @param uri an address of the server
	 * @param headers gives the values of the headers of its answer, possibly none
	 * @return whether there is a nonce among them
	 */
	public boolean noteNonce(URI uri, Function<String, List<String>> headers) {
		return noteNonce(uri, DPoPChallenge.nonce(headers));
	}

	/**
	 * Return whether a resource server refused a request only because its proof has not
	 * the nonce that it wants (section 9).
	 * @param status the status of its answer
	 * @param headers gives the values of the headers of its answer, possibly none
	 * @return whether it did
	 */
	public static boolean isNonceWanted(int status, Function<String, List<String>> headers) {
		return DPoPChallenge.isNonceWanted(status, headers);
	}

	/**
	 * Return what puts the proofs on requests to LumoAuth: those marked with
	 * {@link #wanted}, and those with a bound token. Stands between the second tries and
	 * the network, so that each try has a proof of its own.
	 * @return for {@code LumoAuthHttp.Builder}
	 */
	public ClientHttpRequestInterceptor interceptor() {
		return new DPoPInterceptor(this);
	}

	/**
	 * Mark a request for a token that is to be bound to the key (section 5).
	 * @param nonceWanted becomes {@code true} if the answer asks for another nonce, and
	 * gives it: the request may then be sent again
	 * @return for {@code RestClient.RequestHeadersSpec.attributes}
	 */
	public static Consumer<Map<String, Object>> wanted(AtomicBoolean nonceWanted) {
		return (attributes) -> attributes.put(DPoPInterceptor.WANTED, nonceWanted);
	}

	/**
	 * Section 4.2: {@code ath}.
	 */
	private static String hash(String token) {
		try {
			return ProofKey
				.encode(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII)));
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
		ProofKey current = this.key;
		return "DPoPProofs[" + ((current != null) ? current.thumbprint() : "no key yet") + "]";
	}

}

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

package dev.lumoauth.spring.token.key;

import java.io.Closeable;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.source.JWKSetBasedJWKSource;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.ResourceRetriever;
import org.jspecify.annotations.Nullable;

import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

import dev.lumoauth.spring.LumoAuthUnavailableException;

/**
 * The keys with which LumoAuth signs, from one of its JWKS. They are kept for five
 * minutes, and one thread renews them before that while the others keep using them. If
 * LumoAuth can't be reached, they are kept for another hour. For an unknown id the keys
 * are fetched again, at most twice in 30 seconds, and only few threads wait for that, so
 * invented ids cause no load.
 *
 * @since 0.1.0
 */
public final class RemoteKeys implements Closeable {

	private static final long KEPT = 5 * 60 * 1000L;

	private static final long REFRESH_TIMEOUT = 15 * 1000L;

	private static final long RENEWED_BEFORE = 60 * 1000L;

	private static final long BETWEEN_REQUESTS = 30 * 1000L;

	private static final long KEPT_IN_OUTAGE = 60 * 60 * 1000L;

	/**
	 * The maximum number of threads that wait for an unknown key.
	 */
	public static final int MAX_WAITING = 4;

	/** In milliseconds. Longer than a healthy LumoAuth takes. */
	private static final long WAIT_FOR_TURN = 500;

	private final URI address;

	private final String issuerProperty;

	private final Semaphore turns = new Semaphore(MAX_WAITING);

	private final JWKSource<SecurityContext> source;

	/**
	 * Create the keys. Nothing is fetched yet.
	 * @param address the address of the JWKS
	 * @param issuerProperty the property that sets the issuer, for messages
	 * @param requestFactory makes the requests; it must have timeouts and must not follow
	 * redirects
	 */
	public RemoteKeys(URI address, String issuerProperty, ClientHttpRequestFactory requestFactory) {
		this(address, issuerProperty, new KeyRetriever(requestFactory));
	}

	RemoteKeys(URI address, String issuerProperty, ResourceRetriever retriever) {
		this.address = address;
		this.issuerProperty = issuerProperty;
		try {
			this.source = JWKSourceBuilder.create(this.address.toURL(), retriever)
				.cache(KEPT, REFRESH_TIMEOUT)
				.refreshAheadCache(RENEWED_BEFORE, false)
				.rateLimited(BETWEEN_REQUESTS)
				.outageTolerant(KEPT_IN_OUTAGE)
				.build();
		}
		catch (MalformedURLException ex) {
			throw new IllegalArgumentException("The keys have no absolute address", ex);
		}
	}

	/**
	 * Return a decoder that accepts what one of the keys has signed. It looks neither at
	 * the header {@code typ} nor at the claims: set its validator.
	 * @return the decoder
	 */
	public NimbusJwtDecoder decoder() {
		JWKSource<SecurityContext> source = (selector, context) -> select(selector);
		return NimbusJwtDecoder.withJwkSource(source)
			.jwsAlgorithms((algorithms) -> algorithms.addAll(List.of(SignatureAlgorithm.values())))
			.jwtProcessorCustomizer((processor) -> processor.setJWSTypeVerifier((type, context) -> {
			}))
			.build();
	}

	/**
	 * Return a key.
	 * @param id its {@code kid}
	 * @return the key, or {@code null} if LumoAuth has none with that id
	 * @throws LumoAuthUnavailableException if LumoAuth's keys are not available
	 */
	public @Nullable JWK find(String id) {
		JWKSelector selector = new JWKSelector(
				new JWKMatcher.Builder().keyID(id).keyUses(KeyUse.SIGNATURE, null).publicOnly(true).build());
		try {
			List<JWK> found = select(selector);
			return (found.size() == 1) ? found.get(0) : null;
		}
		catch (KeySourceException | RuntimeException ex) {
			throw new LumoAuthUnavailableException("LumoAuth's keys can't be read from " + this.address + ": set "
					+ this.issuerProperty + " to LumoAuth's issuer, if the issuer is another one", ex);
		}
	}

	/**
	 * Select keys. Known keys are selected without waiting for a turn.
	 */
	private List<JWK> select(JWKSelector selector) throws KeySourceException {
		List<JWK> known = known(selector);
		if (!known.isEmpty()) {
			return known;
		}
		if (!hasTurn()) {
			throw new KeySourceException("Too many threads wait for unknown keys");
		}
		try {
			return this.source.get(selector, null);
		}
		catch (RateLimitReachedException ex) {
			// The keys were fetched a moment ago: a key that is not among them doesn't
			// exist.
			return known(selector);
		}
		finally {
			this.turns.release();
		}
	}

	private List<JWK> known(JWKSelector selector) throws KeySourceException {
		return (this.source instanceof JWKSetBasedJWKSource<SecurityContext> keys)
				? selector.select(keys.getJWKSetSource()
					.getJWKSet(JWKSetCacheRefreshEvaluator.noRefresh(), System.currentTimeMillis(), null))
				: List.of();
	}

	private boolean hasTurn() {
		try {
			return this.turns.tryAcquire(WAIT_FOR_TURN, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	@Override
	public void close() {
		try {
			if (this.source instanceof Closeable closeable) {
				closeable.close();
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException("The source of LumoAuth's keys can't be closed", ex);
		}
	}

}

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

package dev.lumoauth.devserver.jose;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;
import org.springframework.util.function.SingletonSupplier;

/**
 * Finds the key of a signature. The keys at a URI are kept for a minute. They are read
 * again when a signature names an unknown key, because keys are replaced in this way.
 * Thread-safe.
 *
 * @since 0.1.0
 */
@Component
public class KeyFinder {

	private static final Logger logger = LoggerFactory.getLogger(KeyFinder.class);

	private static final Duration TIMEOUT = Duration.ofSeconds(3);

	private static final Duration KEPT = Duration.ofMinutes(1);

	private static final int MAX_BYTES = 262_144;

	/**
	 * Created when it is needed, because this takes longer than the rest of the start.
	 */
	private final Supplier<HttpClient> http = SingletonSupplier.of(() -> HttpClient.newBuilder()
		.connectTimeout(TIMEOUT)
		.followRedirects(HttpClient.Redirect.NEVER)
		.proxy(HttpClient.Builder.NO_PROXY)
		.build());

	private final Map<URI, Fetched> fetched = new ConcurrentHashMap<>();

	private final Clock clock;

	public KeyFinder(Clock clock) {
		this.clock = clock;
	}

	/**
	 * Finds the key that a signature is valid with.
	 * @param token the signed token
	 * @param trusted the keys that are trusted for it
	 * @return the key, or {@code null} if there is none
	 */
	public @Nullable JWK find(SignedJWT token, TrustedKeys trusted) {
		return keys(trusted, token.getHeader().getKeyID()).stream()
			.filter((key) -> Signatures.isValid(token, key))
			.findFirst()
			.orElse(null);
	}

	/**
	 * Returns keys that are trusted.
	 * @param trusted the location of the keys
	 * @param id the id of the wanted key, {@code null} for all
	 * @return the keys with that id and those without an id
	 */
	public List<JWK> keys(TrustedKeys trusted, @Nullable String id) {
		JWKSet keys = (trusted.keys() != null) ? trusted.keys() : at(trusted.uri(), id);
		return (keys == null) ? List.of()
				: keys.getKeys()
					.stream()
					.filter((key) -> id == null || key.getKeyID() == null || id.equals(key.getKeyID()))
					.toList();
	}

	private @Nullable JWKSet at(@Nullable URI uri, @Nullable String id) {
		if (uri == null) {
			return null;
		}
		Instant now = this.clock.instant();
		Fetched before = this.fetched.get(uri);
		if (before != null && before.at.plus(KEPT).isAfter(now) && before.has(id)) {
			return before.keys;
		}
		JWKSet keys = fetch(uri);
		if (keys != null) {
			this.fetched.put(uri, new Fetched(now, keys));
		}
		return keys;
	}

	private @Nullable JWKSet fetch(URI uri) {
		try {
			HttpResponse<InputStream> response = this.http.get()
				.send(HttpRequest.newBuilder(uri).timeout(TIMEOUT).build(), BodyHandlers.ofInputStream());
			try (InputStream body = response.body()) {
				byte[] bytes = body.readNBytes(MAX_BYTES + 1);
				if (response.statusCode() == 200 && bytes.length <= MAX_BYTES) {
					return JWKSet.parse(new String(bytes, StandardCharsets.UTF_8)).toPublicJWKSet();
				}
			}
			logger.warn("No keys at {}: status {}", uri, response.statusCode());
		}
		catch (IOException | ParseException ex) {
			logger.warn("No keys at {}: {}", uri, ex.getClass().getSimpleName());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return null;
	}

	private record Fetched(Instant at, JWKSet keys) {

		private boolean has(@Nullable String id) {
			return id == null || this.keys.getKeyByKeyId(id) != null;
		}

	}

}

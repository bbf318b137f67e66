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

package dev.lumoauth.spring.event;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;
import org.springframework.web.client.RestClientException;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.http.LumoAuthJson;
import dev.lumoauth.spring.token.key.RemoteKeys;

/**
 * The sender of security events and its keys, from LumoAuth's metadata. The metadata is
 * read with the first event. If it can't be read, an event at least ten seconds later
 * tries again, and only few threads wait for that.
 */
final class EventIssuer {

	private static final long PAUSE = TimeUnit.SECONDS.toNanos(10);

	/** In milliseconds. */
	private static final long WAIT_FOR_TURN = 500;

	private final LumoAuthHttp http;

	private final @Nullable String configured;

	private final Function<URI, RemoteKeys> keys;

	private final LongSupplier nanoTime;

	private final ReentrantLock lock = new ReentrantLock();

	private volatile @Nullable Known known;

	private @Nullable Long notBefore;

	/**
	 * Create the issuer. Nothing is read yet.
	 * @param http the connection to LumoAuth
	 * @param configured the issuer; {@code null} = the one of the metadata
	 * @param keys creates the keys from their address
	 * @param nanoTime a monotonic clock
	 */
	EventIssuer(LumoAuthHttp http, @Nullable String configured, Function<URI, RemoteKeys> keys, LongSupplier nanoTime) {
		this.http = http;
		this.configured = configured;
		this.keys = keys;
		this.nanoTime = nanoTime;
	}

	/**
	 * Return the issuer.
	 * @throws LumoAuthUnavailableException if that is not known at the moment
	 */
	Known get() {
		Known found = this.known;
		if (found != null) {
			return found;
		}
		if (!hasTurn()) {
			throw unknown(null);
		}
		try {
			found = this.known;
			if (found == null) {
				found = read();
				this.known = found;
			}
			return found;
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean hasTurn() {
		try {
			return this.lock.getQueueLength() < RemoteKeys.MAX_WAITING
					&& this.lock.tryLock(WAIT_FOR_TURN, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private Known read() {
		long now = this.nanoTime.getAsLong();
		if (this.notBefore != null && now - this.notBefore < 0) {
			throw unknown(null);
		}
		this.notBefore = now + PAUSE;
		List<URI> addresses = new ArrayList<>();
		addresses.add(this.http.endpoints().metadata("ssf-configuration"));
		addresses.addAll(this.http.endpoints().metadata());
		Exception failure = null;
		for (URI address : addresses) {
			try {
				byte[] body = this.http.restClient()
					.get()
					.uri(address)
					.accept(MediaType.APPLICATION_JSON)
					.retrieve()
					.body(byte[].class);
				if (body != null) {
					return read(LumoAuthJson.read(body));
				}
			}
			catch (LumoAuthException | RestClientException | IllegalArgumentException ex) {
				failure = ex;
				if (!(ex instanceof LumoAuthProtocolException) && !(ex instanceof IllegalArgumentException)) {
					break; // a server that doesn't answer won't answer at the other
							// address either
				}
			}
		}
		throw unknown(failure);
	}

	private Known read(Map<String, Object> metadata) {
		String issuer = (this.configured != null) ? this.configured : text(metadata.get("issuer"));
		String address = text(metadata.get("jwks_uri"));
		if (issuer == null || address == null) {
			throw new IllegalArgumentException("The metadata has no issuer or no jwks_uri");
		}
		URI uri = URI.create(address);
		this.http.endpoints().check(uri);
		return new Known(issuer, this.keys.apply(uri));
	}

	private static @Nullable String text(@Nullable Object value) {
		return (value instanceof String text && !text.isBlank()) ? text : null;
	}

	private static LumoAuthUnavailableException unknown(@Nullable Exception cause) {
		return new LumoAuthUnavailableException("LumoAuth's metadata, which says who signs its events "
				+ "(.well-known/ssf-configuration), can't be read", cause);
	}

	/**
	 * Who signs.
	 *
	 * @param issuer the issuer
	 * @param keys its keys
	 */
	record Known(String issuer, RemoteKeys keys) {

	}

}

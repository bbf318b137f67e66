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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.token.key.IssuerMetadata;
import dev.lumoauth.spring.token.key.RemoteKeys;

/**
 * The sender of security events and its keys, from LumoAuth's metadata. The metadata is
 * read with the first event. If it can't be read, an event at least ten seconds later
 * tries again, and only few threads wait for that. It is read again for an event that
 * doesn't fit.
 */
final class EventIssuer {

	private static final long PAUSE = TimeUnit.SECONDS.toNanos(10);

	private static final long KEPT = TimeUnit.MINUTES.toNanos(1);

	/** In milliseconds. */
	private static final long WAIT_FOR_TURN = 500;

	private final LumoAuthAddresses addresses;

	private final ClientHttpRequestFactory requests;

	private final LongSupplier nanoTime;

	private final ReentrantLock lock = new ReentrantLock();

	private volatile @Nullable Known known;

	private @Nullable Long lastRead;

	/**
	 * Create the issuer. Nothing is read yet.
	 * @param addresses LumoAuth's addresses
	 * @param requests makes the requests for the metadata and the keys
	 * @param nanoTime a monotonic clock
	 */
	EventIssuer(LumoAuthAddresses addresses, ClientHttpRequestFactory requests, LongSupplier nanoTime) {
		this.addresses = addresses;
		this.requests = requests;
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
				found = read(PAUSE);
				this.known = found;
			}
			return found;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Read the metadata again, at most once a minute, because it doesn't fit an event.
	 * @return whether it has changed
	 */
	boolean hasChanged(Known before) {
		if (!this.lock.tryLock()) {
			return false;
		}
		try {
			Known found = read(KEPT);
			if (found.metadata().equals(before.metadata())) {
				return false;
			}
			this.known = found;
			before.keys().close();
			return true;
		}
		catch (LumoAuthUnavailableException ex) {
			return false;
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

	private Known read(long pause) {
		long now = this.nanoTime.getAsLong();
		if (this.lastRead != null && now - this.lastRead < pause) {
			throw unknown(null);
		}
		this.lastRead = now;
		List<URI> documents = new ArrayList<>();
		documents.add(this.addresses.metadata("ssf-configuration"));
		documents.addAll(this.addresses.metadata());
		try {
			IssuerMetadata metadata = IssuerMetadata.read(this.addresses, documents, this.requests);
			RemoteKeys keys = new RemoteKeys(metadata.keys(), "lumoauth.url", this.requests);
			return new Known(metadata, keys, decoder(keys));
		}
		catch (LumoAuthUnavailableException ex) {
			throw unknown(ex);
		}
	}

	/** The claims are checked before the signature. */
	private static JwtDecoder decoder(RemoteKeys keys) {
		NimbusJwtDecoder decoder = keys.decoder();
		decoder.setJwtValidator((jwt) -> OAuth2TokenValidatorResult.success());
		return decoder;
	}

	private static LumoAuthUnavailableException unknown(@Nullable Exception cause) {
		return new LumoAuthUnavailableException("LumoAuth's metadata, which says who signs its events "
				+ "(.well-known/ssf-configuration), can't be read", cause);
	}

	/**
	 * Who signs.
	 *
	 * @param metadata what says so
	 * @param keys the issuer's keys
	 * @param decoder checks what they have signed
	 */
	record Known(IssuerMetadata metadata, RemoteKeys keys, JwtDecoder decoder) {

	}

}

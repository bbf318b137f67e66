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

package dev.lumoauth.spring.aauth.resource;

import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import com.nimbusds.jose.jwk.JWK;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import dev.lumoauth.spring.aauth.signature.MessageSigner;
import dev.lumoauth.spring.token.key.SigningKey;

/**
 * The keys of a service: the signing key, and the previous key as long as there may be
 * tokens that it has signed.
 */
final class ResourceKeys {

	private final Supplier<SigningKey> source;

	private final Duration kept;

	private final Clock clock;

	private volatile @Nullable Current current;

	ResourceKeys(Supplier<SigningKey> source, Duration kept, Clock clock) {
		this.source = source;
		this.kept = kept;
		this.clock = clock;
	}

	/**
	 * Return the signing key.
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if there is none
	 */
	SigningKey signing() {
		return current().signing();
	}

	/**
	 * Return the public keys of the tokens in use.
	 */
	List<JWK> publicKeys() {
		Current now = current();
		List<JWK> keys = new ArrayList<>();
		keys.add(published(now.signing()));
		if (now.before() != null && this.clock.instant().isBefore(now.beforeUntil())) {
			keys.add(published(now.before()));
		}
		return keys;
	}

	private Current current() {
		SigningKey given = this.source.get();
		Current now = this.current;
		return (now != null && now.given().equals(given)) ? now : use(given);
	}

	private synchronized Current use(SigningKey given) {
		Current now = this.current;
		if (now == null || !now.given().equals(given)) {
			SigningKey signing = MessageSigner.signing(given);
			now = new Current(given, signing, (now != null) ? now.signing() : null,
					this.clock.instant().plus(this.kept));
			this.current = now;
		}
		return now;
	}

	private static JWK published(SigningKey key) {
		JWK publicKey = key.publicKey();
		Assert.state(publicKey != null, "Only the private key is known");
		Map<String, Object> members = new LinkedHashMap<>(publicKey.toPublicJWK().toJSONObject());
		members.put("kid", key.keyId());
		members.put("use", "sig");
		members.put("alg", key.algorithm());
		try {
			return JWK.parse(members);
		}
		catch (ParseException ex) {
			throw new IllegalStateException("The public key can't be written", ex);
		}
	}

	private record Current(SigningKey given, SigningKey signing, @Nullable SigningKey before, Instant beforeUntil) {
	}

}

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

package dev.lumoauth.spring.aauth.autoconfigure;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.aauth.signature.MessageSigner;
import dev.lumoauth.spring.token.key.SigningKey;

/**
 * A key that signs as AAuth requires. A key is replaced only by another suitable key;
 * otherwise the previous key stays in use.
 */
final class AgentKey implements Supplier<SigningKey> {

	private static final Log logger = LogFactory.getLog(AgentKey.class);

	private final String property;

	private final Supplier<SigningKey> source;

	private volatile @Nullable Checked last;

	/**
	 * Create a key.
	 * @param property the property that names the key
	 * @param source reads it
	 */
	AgentKey(String property, Supplier<SigningKey> source) {
		this.property = property;
		this.source = source;
	}

	/**
	 * Generate a key for development, which ends with the process.
	 */
	static SigningKey generate() {
		try {
			KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
			return MessageSigner.signing(SigningKey.of(pair.getPrivate(), pair.getPublic(), null, null));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("This Java has no Ed25519", ex);
		}
	}

	/**
	 * Return the key.
	 * @throws LumoAuthUnavailableException if there is none, and never was
	 */
	@Override
	public SigningKey get() {
		SigningKey given = this.source.get();
		Checked before = this.last;
		if (before != null && before.given().equals(given)) {
			return before.used();
		}
		return check(given, before);
	}

	private SigningKey check(SigningKey given, @Nullable Checked before) {
		try {
			SigningKey used = MessageSigner.signing(given);
			this.last = new Checked(given, used);
			if (before != null && !before.used().equals(used)) {
				logger.info("There is a new key of " + this.property + ", with the thumbprint " + used.thumbprint());
			}
			return used;
		}
		catch (IllegalArgumentException ex) {
			String message = this.property + " has a key that can't sign for an agent: " + ex.getMessage() + ".";
			if (before == null) {
				throw new LumoAuthUnavailableException(message, null);
			}
			logger.warn(message + " The previous key stays in use.");
			this.last = new Checked(given, before.used());
			return before.used();
		}
	}

	/**
	 * A supplied key, and the key that is used for it.
	 */
	private record Checked(SigningKey given, SigningKey used) {
	}

}

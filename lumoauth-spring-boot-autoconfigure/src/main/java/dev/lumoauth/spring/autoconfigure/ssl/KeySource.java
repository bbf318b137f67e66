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

package dev.lumoauth.spring.autoconfigure.ssl;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.token.credentials.ChangingFile;
import dev.lumoauth.spring.token.key.SigningKey;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.pem.PemContent;
import org.springframework.util.StringUtils;

/**
 * The source of a signing key: a file, which is read each time, or Boot's current SSL
 * bundle.
 *
 * @since 0.1.0
 */
public final class KeySource {

	private static final Log logger = LogFactory.getLog(KeySource.class);

	private KeySource() {
	}

	/**
	 * Return a key in a file.
	 * @param property the property that names the file
	 * @param file PEM, or a JSON Web Key or a set of them
	 */
	public static ChangingFile<SigningKey> file(String property, String file, @Nullable String algorithm,
			@Nullable String keyId) {
		return new ChangingFile<>(property, Path.of(file), (text) -> read(text, algorithm, keyId));
	}

	/**
	 * Return what is made of a secret in a file.
	 * @param property the property that names the file
	 * @param file a file with the secret, which is one line
	 * @param reader makes something of the secret
	 * @param <T> the type of what is made
	 * @return the file, read each time
	 */
	public static <T> ChangingFile<T> secret(String property, String file, Function<String, T> reader) {
		return new ChangingFile<>(property, Path.of(file), (text) -> {
			if (text.chars().anyMatch(Character::isISOControl)) {
				throw new IllegalArgumentException("it has more than one line, or another control character");
			}
			return reader.apply(text);
		});
	}

	/**
	 * Return the key of a bundle.
	 * @param property the property that names the bundle
	 */
	public static Supplier<SigningKey> bundle(String property, SslBundles bundles, String name,
			@Nullable String algorithm, @Nullable String keyId) {
		return new OfBundle(property, bundles, name, algorithm, keyId);
	}

	private static SigningKey read(String text, @Nullable String algorithm, @Nullable String keyId) {
		if (text.startsWith("{")) {
			return SigningKey.ofJwk(text, algorithm, keyId);
		}
		PrivateKey key;
		PublicKey publicKey = null;
		try {
			PemContent pem = PemContent.of(text);
			key = pem.getPrivateKey();
			if (text.contains("-----BEGIN CERTIFICATE-----")) {
				List<X509Certificate> certificates = pem.getCertificates();
				publicKey = certificates.isEmpty() ? null : certificates.get(0).getPublicKey();
			}
		}
		catch (RuntimeException ex) {
			throw new IllegalArgumentException("it contains neither a private key in PEM (PKCS #8) nor a JSON Web Key");
		}
		if (key == null) {
			throw new IllegalArgumentException("it contains neither a private key in PEM (PKCS #8) nor a JSON Web Key");
		}
		return SigningKey.of(key, publicKey, algorithm, keyId);
	}

	/**
	 * Reads the key once for each new version of the bundle.
	 */
	private static final class OfBundle implements Supplier<SigningKey> {

		private final String property;

		private final SslBundles bundles;

		private final String name;

		private final @Nullable String algorithm;

		private final @Nullable String keyId;

		private volatile @Nullable Read last;

		private OfBundle(String property, SslBundles bundles, String name, @Nullable String algorithm,
				@Nullable String keyId) {
			this.property = property;
			this.bundles = bundles;
			this.name = name;
			this.algorithm = algorithm;
			this.keyId = keyId;
		}

		@Override
		public SigningKey get() {
			SslBundle bundle = this.bundles.getBundle(this.name);
			Read before = this.last;
			if (before != null && before.bundle() == bundle) {
				return before.key();
			}
			SigningKey key;
			try {
				key = read(bundle);
			}
			catch (LumoAuthUnavailableException ex) {
				if (before == null) {
					throw ex;
				}
				logger.warn(ex.getMessage() + " The previous key stays in use.");
				key = before.key();
			}
			this.last = new Read(bundle, key);
			return key;
		}

		private SigningKey read(SslBundle bundle) {
			String problem = "it has no private key";
			try {
				KeyStore store = bundle.getStores().getKeyStore();
				String chosen = bundle.getKey().getAlias();
				if (store != null) {
					for (String alias : StringUtils.hasText(chosen) ? List.of(chosen)
							: Collections.list(store.aliases())) {
						if (store.getKey(alias, password(bundle)) instanceof PrivateKey key) {
							Certificate certificate = store.getCertificate(alias);
							return SigningKey.of(key, (certificate != null) ? certificate.getPublicKey() : null,
									this.algorithm, this.keyId);
						}
					}
				}
			}
			catch (IllegalArgumentException ex) {
				problem = String.valueOf(ex.getMessage());
			}
			catch (GeneralSecurityException | RuntimeException ex) {
				problem = "its private key can't be read (" + ex.getClass().getSimpleName() + ")";
			}
			throw new LumoAuthUnavailableException(
					this.property + " names the SSL bundle '" + this.name + "', which can't be used: " + problem + ".",
					null);
		}

		private static char @Nullable [] password(SslBundle bundle) {
			String password = bundle.getKey().getPassword();
			String used = (password != null) ? password : bundle.getStores().getKeyStorePassword();
			return (used != null) ? used.toCharArray() : null;
		}

		/**
		 * A bundle and the key that was read from it.
		 */
		private record Read(SslBundle bundle, SigningKey key) {

		}

	}

}

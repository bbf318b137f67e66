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
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.token.credentials.ChangingFile;
import dev.lumoauth.spring.token.key.SigningKey;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.pem.PemContent;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * The source of a signing key: a file, which is read each time, or Boot's current SSL
 * bundle.
 *
 * @since 0.1.0
 */
public final class KeySource {

	private static final Log logger = LogFactory.getLog(KeySource.class);

	private static final Pattern PRIVATE_KEY = Pattern.compile("-----BEGIN [A-Z ]*PRIVATE KEY-----");

	private KeySource() {
	}

	/**
	 * Return the key of a file or of a bundle: one of the two is set.
	 * @param property the prefix of the two properties {@code .key-file} and
	 * {@code .ssl-bundle}
	 * @param file PEM, or a JSON Web Key or a set of them; {@code null} = a bundle has it
	 * @param bundle the name of the SSL bundle; {@code null} = a file has it
	 * @param keyId the id under which the receiver knows the key; {@code null} for the
	 * key's own id
	 * @param bundles Boot's SSL bundles; called only if they are needed
	 * @return the key, read each time: it throws
	 * {@link dev.lumoauth.spring.LumoAuthUnavailableException}, which names the property,
	 * if it can't be read and never could be
	 */
	public static Supplier<SigningKey> of(String property, @Nullable String file, @Nullable String bundle,
			@Nullable String keyId, Supplier<SslBundles> bundles) {
		return StringUtils.hasText(file) ? ofFile(property + ".key-file", file, keyId)
				: ofBundle(property + ".ssl-bundle", bundle, keyId, bundles);
	}

	/**
	 * Return the key of a file.
	 * @param property the name of the property that names the file
	 * @param file as in {@link #of}
	 * @param keyId as in {@link #of}
	 * @return the key, as {@link #of} returns it
	 */
	public static Supplier<SigningKey> ofFile(String property, String file, @Nullable String keyId) {
		return file(property, file, null, keyId)::read;
	}

	/**
	 * Return the key of an SSL bundle.
	 * @param property the name of the property that names the bundle
	 * @param bundle the name of an existing bundle
	 * @param keyId as in {@link #of}
	 * @param bundles as in {@link #of}
	 * @return the key, as {@link #of} returns it
	 */
	public static Supplier<SigningKey> ofBundle(String property, @Nullable String bundle, @Nullable String keyId,
			Supplier<SslBundles> bundles) {
		Assert.state(bundle != null, "There is no key");
		return bundle(property, bundles.get(), bundle, null, keyId);
	}

	/**
	 * Return a key in a file.
	 * @param property the property that names the file
	 * @param file PEM, or a JSON Web Key or a set of them
	 */
	public static ChangingFile<SigningKey> file(String property, String file, @Nullable String algorithm,
			@Nullable String keyId) {
		return new ChangingFile<>(property, Path.of(file), (text) -> read(text, algorithm, keyId), (text) -> {
			long keys = PRIVATE_KEY.matcher(text).results().count();
			return (keys > 1) ? "which has " + keys + " private keys. The first key is used: remove the others" : null;
		});
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

		private final CertificateEnd certificate;

		private volatile @Nullable Read last;

		private OfBundle(String property, SslBundles bundles, String name, @Nullable String algorithm,
				@Nullable String keyId) {
			this.property = property;
			this.bundles = bundles;
			this.name = name;
			this.algorithm = algorithm;
			this.keyId = keyId;
			this.certificate = new CertificateEnd(name, Clock.systemUTC());
		}

		@Override
		public SigningKey get() {
			SslBundle bundle = this.bundles.getBundle(this.name);
			Read before = this.last;
			if (before != null && before.bundle() == bundle) {
				this.certificate.check();
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
			this.certificate.read(bundle);
			return key;
		}

		private SigningKey read(SslBundle bundle) {
			try {
				KeyStore store = bundle.getStores().getKeyStore();
				if (store != null) {
					String chosen = bundle.getKey().getAlias();
					for (String alias : StringUtils.hasText(chosen) ? List.of(chosen)
							: Collections.list(store.aliases())) {
						if (store.isKeyEntry(alias)) {
							return key(bundle, store, alias);
						}
					}
				}
				throw unusable("it has no private key");
			}
			catch (GeneralSecurityException ex) {
				throw unusable("its private key can't be read (" + ex.getClass().getSimpleName() + ")");
			}
			catch (LumoAuthUnavailableException ex) {
				throw ex;
			}
			catch (IllegalArgumentException ex) {
				throw unusable(String.valueOf(ex.getMessage()));
			}
			catch (RuntimeException ex) {
				throw unusable("its key store can't be read (" + ex.getClass().getSimpleName() + ")");
			}
		}

		private SigningKey key(SslBundle bundle, KeyStore store, String alias) throws GeneralSecurityException {
			String password = bundle.getKey().getPassword();
			String storePassword = bundle.getStores().getKeyStorePassword();
			String used = (password != null) ? password : storePassword;
			Key key = store.getKey(alias, (used != null) ? used.toCharArray() : null);
			if (!(key instanceof PrivateKey privateKey)) {
				throw new IllegalArgumentException("the entry '" + alias + "' is not a private key");
			}
			Certificate certificate = store.getCertificate(alias);
			return SigningKey.of(privateKey, (certificate != null) ? certificate.getPublicKey() : null, this.algorithm,
					this.keyId);
		}

		private LumoAuthUnavailableException unusable(String what) {
			return new LumoAuthUnavailableException(
					this.property + " names the SSL bundle '" + this.name + "', which can't be used: " + what + ".",
					null);
		}

		/**
		 * A bundle and the key that was read from it.
		 */
		private record Read(SslBundle bundle, SigningKey key) {

		}

	}

}

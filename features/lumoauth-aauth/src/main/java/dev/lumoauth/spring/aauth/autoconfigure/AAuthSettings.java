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

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.StringUtils;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.aauth.signature.MessageSigner;
import dev.lumoauth.spring.autoconfigure.config.ConfigurationProblems;
import dev.lumoauth.spring.autoconfigure.ssl.KeySource;
import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.token.key.SigningKey;

/**
 * Rules for the properties of an agent, of a service and of its targets. All errors are
 * reported at once.
 */
final class AAuthSettings {

	private final ConfigurationProblems problems = new ConfigurationProblems();

	void problem(String description, String action) {
		this.problems.add(description, action);
	}

	void throwIfAny() {
		this.problems.throwIfAny();
	}

	/**
	 * Return an identifier at LumoAuth. It has no trailing slash: identifiers are
	 * compared unchanged.
	 * @param what what the property has to be set to
	 */
	String identifier(String property, @Nullable String value, String what) {
		if (!StringUtils.hasText(value)) {
			problem(property + " is not set.", "Set " + property + " to " + what + ".");
			return "";
		}
		try {
			URI uri = new URI(value);
			Origin.of(uri);
			if (uri.getRawUserInfo() == null && uri.getRawQuery() == null && uri.getRawFragment() == null
					&& !value.endsWith("/")
					&& uri.getRawAuthority().equals(uri.getRawAuthority().toLowerCase(Locale.ROOT))) {
				return value;
			}
		}
		catch (URISyntaxException | IllegalArgumentException ex) {
			// reported below
		}
		problem(property + " is not a valid identifier: it needs https (or http to this machine) and a host in "
				+ "lower case, and must have no user, no query and no slash at its end.",
				"Set " + property + " to " + what + ".");
		return "";
	}

	/**
	 * Return the origin of a server that gets tokens; {@code null} if it must not get
	 * any.
	 */
	@Nullable Origin origin(String property, @Nullable String url) {
		return this.problems.origin((url != null) ? url : "", property);
	}

	void scopes(String property, List<String> scopes) {
		this.problems.checkScopes(scopes, property);
	}

	/**
	 * Return a key that signs.
	 * @param prefix what comes before {@code key-file} and {@code ssl-bundle}
	 * @return the key; {@code null} if none is configured, or none that can sign
	 */
	@Nullable Supplier<SigningKey> key(String prefix, @Nullable String file, @Nullable String bundle,
			Supplier<SslBundles> bundles) {
		if (StringUtils.hasText(file) && StringUtils.hasText(bundle)) {
			problem(prefix + "key-file and " + prefix + "ssl-bundle are both set.", "Remove one of them.");
			return null;
		}
		String property = prefix + (StringUtils.hasText(file) ? "key-file" : "ssl-bundle");
		String action = "Put the private key there: Ed25519, or RSA with 2048 bits or more, in PEM (PKCS #8), as a "
				+ "JSON Web Key, or with its certificate in the bundle.";
		try {
			Supplier<SigningKey> key = null;
			if (StringUtils.hasText(file)) {
				key = KeySource.file(property, file, null, null)::read;
			}
			else if (StringUtils.hasText(bundle)) {
				key = KeySource.bundle(property, bundles.get(), bundle, null, null);
			}
			if (key != null) {
				MessageSigner.signing(key.get());
			}
			return key;
		}
		catch (LumoAuthUnavailableException ex) {
			problem(String.valueOf(ex.getMessage()), action);
		}
		catch (IllegalArgumentException | NoSuchSslBundleException ex) {
			problem(property + " has a key that can't be used: " + ex.getMessage() + ".", action);
		}
		return null;
	}

}

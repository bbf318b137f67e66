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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.aauth.signature.MessageSigner;
import dev.lumoauth.spring.autoconfigure.ssl.KeySource;
import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.token.key.SigningKey;

/**
 * Rules for the properties {@code lumoauth.aauth.resource.*}. All errors are reported at
 * once.
 */
final class ResourceSettings {

	private static final String PREFIX = "lumoauth.aauth.resource";

	private static final Pattern AUTHORITY = Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?");

	/** RFC 6749 section 3.3. */
	private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");

	private static final DataSize MAX_BODY_SIZE = DataSize.ofGigabytes(1);

	private final AAuthResourceProperties properties;

	private final List<String> problems = new ArrayList<>();

	private final List<String> actions = new ArrayList<>();

	ResourceSettings(AAuthResourceProperties properties) {
		this.properties = properties;
	}

	/**
	 * Return the identifier of the service.
	 */
	String identifier() {
		return address("resource", this.properties.getResource(),
				"the https address under which LumoAuth knows this service");
	}

	/**
	 * Return the issuer whose tokens are accepted.
	 * @param lumoAuth the issuer at {@code lumoauth.url}; {@code null} = none is
	 * configured
	 */
	String issuer(@Nullable String lumoAuth) {
		String issuer = this.properties.getIssuer();
		return address("issuer", StringUtils.hasText(issuer) ? issuer : lumoAuth,
				"LumoAuth's issuer, such as https://app.lumoauth.dev/orgs/acme-corp/api/v1");
	}

	/**
	 * Must not have a trailing slash: identifiers are compared unchanged.
	 */
	private String address(String name, @Nullable String value, String what) {
		String property = PREFIX + "." + name;
		if (!StringUtils.hasText(value)) {
			problem(property + " is not set.", "Set " + property + " to " + what + ".");
			return "";
		}
		try {
			URI uri = new URI(value);
			Origin.of(uri);
			if (uri.getRawUserInfo() == null && uri.getRawQuery() == null && uri.getRawFragment() == null
					&& !value.endsWith("/") && uri.getRawAuthority().equals(lower(uri.getRawAuthority()))) {
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

	private static String lower(String text) {
		return text.toLowerCase(Locale.ROOT);
	}

	/**
	 * Check the names, the scopes and the sizes.
	 */
	void checkValues() {
		if (!this.properties.getAuthorities().stream().allMatch((each) -> AUTHORITY.matcher(each).matches())) {
			problem(PREFIX + ".authorities has an entry that is not a host, with or without a port.", "Set " + PREFIX
					+ ".authorities to what callers send as Host, such as api.example.com or localhost:8080.");
		}
		if (!this.properties.getScopes().stream().allMatch((each) -> SCOPE.matcher(each).matches())) {
			problem(PREFIX
					+ ".scopes has an entry that is not a valid scope: it has a blank, a quote or a character that "
					+ "is not ASCII.", "Set " + PREFIX + ".scopes to scopes, such as read,write.");
		}
		DataSize size = this.properties.getMaxBodySize();
		if (size.isNegative() || size.compareTo(MAX_BODY_SIZE) > 0) {
			problem(PREFIX + ".max-body-size is negative or more than 1 GB.",
					"Set " + PREFIX + ".max-body-size to a size such as 1MB.");
		}
		if (this.properties.getMaxNonces() <= 0) {
			problem(PREFIX + ".max-nonces is not above zero.", "Set " + PREFIX
					+ ".max-nonces to the largest number of signed requests in two minutes, such as 1000000.");
		}
	}

	/**
	 * Return the key that signs resource tokens.
	 * @return the key, or {@code null} if none is configured
	 */
	@Nullable Supplier<SigningKey> key(Supplier<SslBundles> bundles) {
		boolean file = StringUtils.hasText(this.properties.getKeyFile());
		boolean bundle = StringUtils.hasText(this.properties.getSslBundle());
		if (!file && !bundle) {
			if (this.properties.isServeMetadata()) {
				problem(PREFIX + ".serve-metadata is true, and there is no key to publish.",
						"Set " + PREFIX + ".key-file or " + PREFIX + ".ssl-bundle.");
			}
			return null;
		}
		if (file && bundle) {
			problem(PREFIX + ".key-file and " + PREFIX + ".ssl-bundle are both set.", "Remove one of them.");
			return null;
		}
		try {
			Supplier<SigningKey> key = KeySource.of(PREFIX, this.properties.getKeyFile(),
					this.properties.getSslBundle(), this.properties.getKeyId(), bundles);
			MessageSigner.signing(key.get()).thumbprint();
			return key;
		}
		catch (LumoAuthUnavailableException ex) {
			problem(String.valueOf(ex.getMessage()), "Put the private key there.");
		}
		catch (IllegalArgumentException | IllegalStateException | NoSuchSslBundleException ex) {
			problem(PREFIX + (file ? ".key-file" : ".ssl-bundle") + " has a key that can't be used: " + ex.getMessage()
					+ ".", "Use an Ed25519 key, or an RSA key with 2048 bits or more.");
		}
		return null;
	}

	private void problem(String description, String action) {
		this.problems.add(description);
		if (!this.actions.contains(action)) {
			this.actions.add(action);
		}
	}

	/**
	 * Report all errors.
	 */
	void throwIfWrong() {
		if (!this.problems.isEmpty()) {
			throw new ResourceSetupException(String.join(" ", this.problems), String.join(" ", this.actions));
		}
	}

}

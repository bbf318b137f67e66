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

package dev.lumoauth.spring.autoconfigure.config;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Validates the whole configuration and reports all errors at once. It sends no request:
 * whether LumoAuth knows the tenant or accepts the secret shows with the first request.
 * The start waits for it: classes of rules for what is not configured are not loaded, and
 * nothing here uses a regular expression or a stream unless something is wrong.
 */
final class ConfigurationValidator {

	private final LumoAuthProperties properties;

	private final Environment environment;

	private final OwnCredentials own;

	private final CredentialsRule credentials;

	private final ConfigurationProblems problems = new ConfigurationProblems();

	ConfigurationValidator(LumoAuthProperties properties, Environment environment, @Nullable SslBundles sslBundles,
			OwnCredentials own) {
		this.properties = properties;
		this.environment = environment;
		this.own = own;
		this.credentials = new CredentialsRule(sslBundles, own, this.problems);
	}

	/**
	 * Validate the connection, the agents and the properties.
	 * @param details the address of LumoAuth and the agent
	 * @return the connection
	 * @throws InvalidLumoAuthConfigurationException if anything is wrong
	 */
	LumoAuthConnection validate(LumoAuthConnectionDetails details) {
		return validate(details, true);
	}

	/**
	 * Validate the same, if no default agent is needed.
	 * @param details the address of LumoAuth
	 * @return the connection, without a client id
	 * @throws InvalidLumoAuthConfigurationException if anything is wrong
	 */
	LumoAuthConnection validateNamedOnly(LumoAuthConnectionDetails details) {
		return validate(details, false);
	}

	private LumoAuthConnection validate(LumoAuthConnectionDetails details, boolean unnamedAgent) {
		SettingNames names = SettingNames.of(details);
		URI url = BaseUrlRule.read(details.getUrl(), names.name(ConnectionSetting.URL), this.properties.plainHttp(),
				this.problems);
		String tenant = details.getTenant();
		String orgId = details.getOrgId();
		validateTenantAndOrgId(tenant, orgId, names);
		String clientId = unnamedAgent ? details.getClientId() : null;
		String clientSecret = unnamedAgent ? details.getClientSecret() : null;
		if (unnamedAgent) {
			validateClientId(clientId, names);
		}
		if (unnamedAgent && !this.own.has(clientId)) {
			this.credentials.check("lumoauth", this.properties, clientSecret,
					names.set(ConnectionSetting.CLIENT_SECRET));
		}
		if (!this.properties.hasSecret() || this.own.chosen("lumoauth", this.properties) != null) {
			clientSecret = null;
		}
		if (!this.properties.agents().isEmpty()) {
			new NamedAgentsRule(this.credentials, this.own, this.problems).check(this.properties.agents(), clientId);
		}
		validateProperties();
		this.problems.throwIfAny();
		BaseUrlRule.warn(Objects.requireNonNull(url), this.properties.plainHttp());
		LifetimesRule.warn(this.properties.capabilities());
		TimesWithoutUnit.warn(this.environment);
		return new LumoAuthConnection(url, textOrNull(tenant), textOrNull(orgId), clientId, clientSecret,
				this.properties.plainHttp());
	}

	private void validateTenantAndOrgId(@Nullable String tenant, @Nullable String orgId, SettingNames names) {
		boolean hasTenant = StringUtils.hasText(tenant);
		boolean hasOrgId = StringUtils.hasText(orgId);
		if (hasTenant == hasOrgId) {
			this.problems.add(
					names.name(ConnectionSetting.TENANT) + " and " + names.name(ConnectionSetting.ORG_ID)
							+ (hasTenant ? " are both set." : " are both missing."),
					"Set exactly one of them: " + names.set(ConnectionSetting.TENANT) + " to the tenant's slug, or "
							+ names.set(ConnectionSetting.ORG_ID) + " to the organization's.");
		}
		validateSlug(tenant, names.name(ConnectionSetting.TENANT));
		validateSlug(orgId, names.name(ConnectionSetting.ORG_ID));
	}

	private void validateSlug(@Nullable String slug, String name) {
		if (!StringUtils.hasText(slug) || CredentialRule.reportPlaceholder(slug, name, this.problems)) {
			return;
		}
		boolean leavesPath = slug.equals(".") || slug.contains("..") || slug.contains("/") || slug.contains("\\");
		if (leavesPath || slug.indexOf(' ') >= 0 || hasControlCharacter(slug)) {
			this.problems.add(name + " is not a valid slug: " + ConfigurationProblems.quote(slug) + ".", "Set " + name
					+ " to one path segment, such as acme-corp: no slashes, no '..', no blanks, no control characters.");
		}
	}

	/**
	 * Control, format, private use, surrogate and unassigned: Unicode's category C.
	 */
	private static boolean hasControlCharacter(String text) {
		for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
			int type = Character.getType(text.codePointAt(i));
			if (type == Character.CONTROL || type == Character.FORMAT || type == Character.PRIVATE_USE
					|| type == Character.SURROGATE || type == Character.UNASSIGNED) {
				return true;
			}
		}
		return false;
	}

	private void validateClientId(@Nullable String value, SettingNames names) {
		CredentialRule.check(
				value, names.name(ConnectionSetting.CLIENT_ID), "Set " + names.set(ConnectionSetting.CLIENT_ID)
						+ " to the agent's client id." + this.credentials.noSecret("lumoauth", this.properties),
				this.problems);
	}

	private void validateProperties() {
		requirePositive(this.properties.connectTimeout(), "lumoauth.connect-timeout", "2s");
		requirePositive(this.properties.readTimeout(), "lumoauth.read-timeout", "5s");
		requirePositive(this.properties.maxWait(), "lumoauth.max-wait", "2s");
		LifetimesRule.check(this.properties.capabilities(), this.problems);
		for (String scope : this.properties.scopes()) {
			ScopeRule.check(scope, "lumoauth.scopes", this.problems);
		}
	}

	private void requirePositive(Duration duration, String name, String example) {
		if (duration.isNegative() || duration.isZero()) {
			this.problems.add(name + " is " + duration.toMillis() + " ms, which is not above zero.",
					"Set " + name + " to a time such as " + example + ".");
		}
	}

	private static @Nullable String textOrNull(@Nullable String value) {
		return StringUtils.hasText(value) ? value : null;
	}

}

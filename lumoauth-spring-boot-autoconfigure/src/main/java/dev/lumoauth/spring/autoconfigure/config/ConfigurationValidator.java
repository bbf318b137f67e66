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
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

import dev.lumoauth.spring.capability.CapabilityDecisionsBuilder;
import dev.lumoauth.spring.http.PlainHttp;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.StringUtils;

/**
 * Validates the whole configuration and reports all errors at once: here the connection
 * and the times, in {@link AgentRules} the agents. It sends no request: whether LumoAuth
 * knows the tenant or accepts the secret shows with the first request.
 */
final class ConfigurationValidator {

	private static final Log logger = LogFactory.getLog(ConfigurationValidator.class);

	private static final String URL = ConnectionSetting.URL.property();

	private static final String URL_EXAMPLE = ", such as https://app.lumoauth.dev.";

	private static final int MAX_PORT = 65_535;

	/**
	 * A label of a host name that is longer than allowed (RFC 1035 section 2.3.4).
	 */
	private static final Pattern LONG_LABEL = Pattern.compile("[^.]{64}");

	/** What the library itself adds to the address. */
	private static final Pattern API = Pattern.compile("/(t|orgs)/[^/]+$|/api/v1(/|$)");

	private static final String SWITCH = "lumoauth.plain-http-in-development";

	private static final String ALLOW = "lumoauth.capabilities.cache.allow-ttl";

	/** A longer time is probably a mistake. */
	private static final Duration LONG_ALLOW = Duration.ofMinutes(10);

	/** A shorter time is probably meant in seconds. */
	private static final Duration SHORT = Duration.ofMillis(100);

	private final LumoAuthProperties properties;

	private final OwnCredentials own;

	private final AgentRules agents;

	private final ConfigurationProblems problems = new ConfigurationProblems();

	ConfigurationValidator(LumoAuthProperties properties, @Nullable SslBundles sslBundles, OwnCredentials own) {
		this.properties = properties;
		this.own = own;
		this.agents = new AgentRules(sslBundles, own, this.problems);
	}

	/**
	 * Validate the connection, the agents and the properties.
	 * @param details the address of LumoAuth and the agent
	 * @param defaultAgent whether there is a default agent
	 * @return the connection
	 * @throws InvalidLumoAuthConfigurationException if anything is wrong
	 */
	LumoAuthConnection validate(LumoAuthConnectionDetails details, boolean defaultAgent) {
		URI url = checkUrl(details.getUrl());
		String tenant = details.getTenant();
		String orgId = details.getOrgId();
		if (StringUtils.hasText(tenant) == StringUtils.hasText(orgId)) {
			this.problems.add(
					"lumoauth.tenant and lumoauth.org-id "
							+ (StringUtils.hasText(tenant) ? "are both set." : "are both missing."),
					"Set exactly one of them: " + set(ConnectionSetting.TENANT, details) + " to the tenant's slug, or "
							+ set(ConnectionSetting.ORG_ID, details) + " to the organization's.");
		}
		checkSlug(tenant, "lumoauth.tenant");
		checkSlug(orgId, "lumoauth.org-id");
		String clientId = defaultAgent ? details.getClientId() : null;
		String clientSecret = defaultAgent ? details.getClientSecret() : null;
		if (defaultAgent) {
			this.agents.check("lumoauth", this.properties, clientId, set(ConnectionSetting.CLIENT_ID, details),
					clientSecret, set(ConnectionSetting.CLIENT_SECRET, details));
		}
		if (!this.properties.hasSecret() || this.own.chosen("lumoauth", this.properties) != null) {
			clientSecret = null;
		}
		this.agents.checkNamed(this.properties.agents());
		checkTimes();
		this.problems.throwIfAny();
		if (this.properties.plainHttpInDevelopment()) {
			logger.warn(SWITCH + " is true: the agent's secret and tokens may be sent to LumoAuth at " + url
					+ " in the clear. Never set it in production.");
		}
		if (details instanceof PropertiesLumoAuthConnectionDetails set) {
			set.overridden()
				.forEach((setting) -> logger.warn("The environment variable " + setting.variable()
						+ " has no effect: the property " + setting.property() + " has another value, which counts."));
		}
		return new LumoAuthConnection(Objects.requireNonNull(url), textOrNull(tenant), textOrNull(orgId), clientId,
				clientSecret, this.properties.plainHttp());
	}

	/**
	 * Return the places where a setting can be set, for a sentence that begins with
	 * "Set".
	 */
	private static String set(ConnectionSetting setting, LumoAuthConnectionDetails details) {
		return setting.property() + ((details instanceof PropertiesLumoAuthConnectionDetails)
				? " (or the environment variable " + setting.variable() + ")"
				: " (in the application's LumoAuthConnectionDetails bean, which is what counts)");
	}

	/**
	 * Credentials are sent to this address, so it is checked strictly.
	 * @return the URL without a trailing slash, or {@code null} if it is not usable
	 */
	private @Nullable URI checkUrl(String value) {
		// The rest may contain credentials, so it is not repeated.
		if (value.contains("@") || value.contains("?") || value.contains("#")) {
			this.problems.add(URL + " has a user name, a query or a fragment (value not shown).",
					"Set " + URL + " to scheme, host, port and path only" + URL_EXAMPLE);
			return null;
		}
		PlainHttp plainHttp = this.properties.plainHttp();
		URI url = parse(value);
		if (url == null) {
			this.problems.add(
					URL + " is not an absolute http or https URL: " + ConfigurationProblems.quote(value) + ".",
					"Set " + URL + " to an absolute URL" + URL_EXAMPLE);
		}
		else if (API.matcher(url.getPath()).find()) {
			this.problems.add(
					URL + " is the address of a tenant, of an organization or of the API: "
							+ ConfigurationProblems.quote(value) + ".",
					"Remove that part of the path. lumoauth.tenant or lumoauth.org-id names the tenant or the organization.");
		}
		else if (plainHttp == PlainHttp.DEVELOPMENT_NETWORK && !plainHttp.isAllowed(url.getHost())) {
			this.problems.add(
					SWITCH + " is true, and '" + url.getHost() + "' of " + URL
							+ " looks like production, where plain http must never be accepted.",
					"Remove " + SWITCH
							+ ". It works only with a host without a dot, such as http://lumoauth:9000, with "
							+ "a name below .docker.internal, .containers.internal or .test, and with a private IPv4 "
							+ "address.");
		}
		else if ("http".equals(url.getScheme()) && !plainHttp.isAllowed(url.getHost())) {
			this.problems.add(
					URL + " is http, and '" + url.getHost() + "' is not a loopback host: the agent's secret and tokens "
							+ "would be sent in the clear.",
					"Use https in " + URL + ". Plain http works for localhost, 127.0.0.1 and [::1] only."
							+ (PlainHttp.DEVELOPMENT_NETWORK.isAllowed(url.getHost())
									? " Or set " + SWITCH
											+ "=true, if it is a LumoAuth for development in a container's network."
									: ""));
		}
		return url;
	}

	private static @Nullable URI parse(String value) {
		try {
			URI url = new URI(StringUtils.trimTrailingCharacter(value, '/'));
			String scheme = (url.getScheme() != null) ? url.getScheme().toLowerCase(Locale.ROOT) : "";
			boolean usable = (scheme.equals("http") || scheme.equals("https")) && url.getHost() != null
					&& url.getPort() <= MAX_PORT && !LONG_LABEL.matcher(url.getHost()).find()
					&& url.normalize().equals(url);
			return usable ? new URI(scheme + url.toString().substring(scheme.length())) : null;
		}
		catch (URISyntaxException ex) {
			return null;
		}
	}

	private void checkSlug(@Nullable String slug, String name) {
		if (!StringUtils.hasText(slug) || this.problems.refusePlaceholder(slug, name)) {
			return;
		}
		if (slug.equals(".") || slug.contains("..")
				|| slug.chars().anyMatch((each) -> "/\\ \"'".indexOf(each) >= 0 || Character.isISOControl(each))) {
			this.problems.add(name + " is not a valid slug: " + ConfigurationProblems.quote(slug) + ".",
					"Set " + name
							+ " to one path segment, such as acme-corp: no slashes, no '..', no blanks, no quotes, "
							+ "no control characters.");
		}
	}

	private void checkTimes() {
		checkPositive(this.properties.connectTimeout(), "lumoauth.connect-timeout", "2s");
		checkPositive(this.properties.readTimeout(), "lumoauth.read-timeout", "5s");
		checkPositive(this.properties.maxWait(), "lumoauth.max-wait", "2s");
		LumoAuthProperties.Capabilities capabilities = this.properties.capabilities();
		Duration allow = capabilities.cache().allowTtl();
		checkLifetime(allow, ALLOW, "30s");
		checkLifetime(capabilities.cache().denyTtl(), "lumoauth.capabilities.cache.deny-ttl", "5s");
		checkLifetime(capabilities.staleIfUnavailable(), "lumoauth.capabilities.stale-if-unavailable", "10m");
		warnIfShort(this.properties.readTimeout(), "lumoauth.read-timeout");
		warnIfShort(this.properties.maxWait(), "lumoauth.max-wait");
		warnIfShort(allow, ALLOW);
		if (allow.compareTo(LONG_ALLOW) > 0) {
			logger.warn(ALLOW + " is " + allow + ": a revoked capability keeps working for that long. "
					+ "The default is 30s; more than 10m is rarely intended.");
		}
	}

	private static void warnIfShort(Duration duration, String name) {
		if (duration.compareTo(Duration.ZERO) > 0 && duration.compareTo(SHORT) < 0) {
			long millis = duration.toMillis();
			logger.warn(name + " is " + millis + " ms, which is rarely intended. A number without a unit is in "
					+ "milliseconds: write " + millis + "s for seconds.");
		}
	}

	private void checkPositive(Duration duration, String name, String example) {
		if (duration.isNegative() || duration.isZero()) {
			this.problems.add(name + " is " + duration.toMillis() + " ms, which is not above zero.",
					"Set " + name + " to a time such as " + example + ".");
		}
	}

	private void checkLifetime(Duration duration, String name, String example) {
		if (!CapabilityDecisionsBuilder.isValidLifetime(duration)) {
			this.problems.add(
					name + " is " + duration + ", which is "
							+ (duration.isNegative() ? "below zero." : "more than 24 h."),
					"Set " + name + " to a time of at most 24 h, such as " + example + ", or to 0s for none.");
		}
	}

	private static @Nullable String textOrNull(@Nullable String value) {
		return StringUtils.hasText(value) ? value : null;
	}

}

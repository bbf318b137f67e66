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

package dev.lumoauth.spring.workload;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.http.Origin;

/**
 * A job's token of GitHub Actions ("OpenID Connect reference", requesting the JWT using
 * environment variables). The token is requested by https at GitHub's hosts, or at the
 * host of {@code GITHUB_SERVER_URL}, which is an Enterprise Server.
 */
final class GithubToken implements PlatformTokenSource {

	private static final String URL = "ACTIONS_ID_TOKEN_REQUEST_URL";

	private static final String ADVICE = "Give the job 'permissions: id-token: write'";

	private final TokenServer server;

	private final PlatformTokens.Settings settings;

	GithubToken(PlatformTokens.Settings settings) {
		this.server = TokenServer.remote(settings);
		this.settings = settings;
	}

	@Override
	public String token() {
		String url = this.settings.variable(URL);
		String secret = this.settings.variable("ACTIONS_ID_TOKEN_REQUEST_TOKEN");
		if (url == null || secret == null) {
			throw new LumoAuthUnavailableException("The environment variables '" + URL
					+ "' and 'ACTIONS_ID_TOKEN_REQUEST_TOKEN' aren't both set: this is not a GitHub Actions job "
					+ "that may ask for a token. " + ADVICE, null);
		}
		URI address = checked(url);
		String audience = this.settings.audienceToAskFor("GitHub");
		URI request = URI.create(url + ((address.getRawQuery() != null) ? "&" : "?") + "audience="
				+ URLEncoder.encode(audience, StandardCharsets.UTF_8));
		return this.server.get(request, Map.of("Authorization", "Bearer " + secret)).token("value", ADVICE);
	}

	private URI checked(String url) {
		URI address = LocalAddress.parse(URL, url);
		try {
			String host = Origin.of(address).host();
			if (isGithub(host) || host.equals(serverHost())) {
				return address;
			}
		}
		catch (IllegalArgumentException ex) {
			// Refused below.
		}
		throw LocalAddress.refused(URL, url,
				"it is not an https address below actions.githubusercontent.com or ghe.com, or of "
						+ "GITHUB_SERVER_URL's host");
	}

	private static boolean isGithub(String host) {
		return host.endsWith(".actions.githubusercontent.com") || host.endsWith(".ghe.com");
	}

	private @Nullable String serverHost() {
		String server = this.settings.variable("GITHUB_SERVER_URL");
		if (server == null) {
			return null;
		}
		String host = LocalAddress.parse("GITHUB_SERVER_URL", server).getHost();
		return (host != null) ? host.toLowerCase(Locale.ROOT) : null;
	}

}

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
import java.util.Map;

import dev.lumoauth.spring.LumoAuthUnavailableException;

/**
 * An identity token of Google Cloud's metadata server ("Verify the identity of a VM",
 * which Cloud Run and GKE's metadata server answer as well). The server is asked by its
 * address: a name could be resolved to something else.
 */
record GcpToken(TokenServer server, PlatformTokens.Settings settings, URI metadata) implements PlatformTokenSource {

	private static final String FLAVOR = "Metadata-Flavor";

	@Override
	public String token() {
		String audience = this.settings.audienceToAskFor("Google");
		URI address = URI
			.create(this.metadata + "/computeMetadata/v1/instance/service-accounts/default/identity?audience="
					+ URLEncoder.encode(audience, StandardCharsets.UTF_8) + "&format=full");
		TokenServer.Answer answer = this.server.get(address, Map.of(FLAVOR, "Google"));
		if (!"Google".equals(answer.headers().getFirst(FLAVOR))) {
			throw new LumoAuthUnavailableException(answer.place() + " answered without the header '" + FLAVOR
					+ ": Google', so it is not Google's metadata server. Does this run on Google Cloud?", null);
		}
		if (answer.status() != 200) {
			throw answer.refused("", "Attach a service account to the machine, the service or the pod");
		}
		return CompactJwt.of(answer.body(), "What " + answer.place() + " answered");
	}

}

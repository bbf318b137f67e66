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

package dev.lumoauth.spring.http.client.autoconfigure;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;

import dev.lumoauth.spring.autoconfigure.config.ConfigurationProblems;
import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.http.client.LumoAuthHttpClients;

import org.springframework.util.StringUtils;

/**
 * Rules for {@code lumoauth.audiences}. Tokens are sent to these addresses.
 */
record AudiencesRule(ConfigurationProblems problems) {

	private static final String PREFIX = "lumoauth.audiences.";

	/**
	 * Check all of them.
	 * @param audiences the audiences by the application's own name for each
	 * @return the address of the server of each audience
	 */
	Map<String, URI> check(Map<String, LumoAuthAudienceProperties> audiences) {
		Map<String, URI> servers = new HashMap<>();
		Map<String, String> properties = new HashMap<>();
		audiences.forEach((name, each) -> {
			String property = PREFIX + name;
			String audience = each.audience();
			if (!StringUtils.hasText(audience)) {
				this.problems.add(property + ".audience is missing.", "Set " + property
						+ ".audience to the server's id at LumoAuth, such as urn:mcp:financial-data.");
			}
			this.problems.checkServerId(audience, property + ".audience");
			Origin origin = this.problems.origin(each.url(), property + ".url");
			if (StringUtils.hasText(audience) && origin != null) {
				URI address = URI.create(origin.toString());
				checkOne(audience, property, address);
				String other = properties.putIfAbsent(audience, property);
				if (!servers.computeIfAbsent(audience, (unknown) -> address).equals(address)) {
					this.problems.add(
							property + ".url and " + other + ".url are two servers for one audience: "
									+ ConfigurationProblems.quote(audience) + ".",
							"Remove one of them: a token is for one server only.");
				}
			}
		});
		return servers;
	}

	private void checkOne(String audience, String property, URI address) {
		try {
			LumoAuthHttpClients.requireServer(audience, address);
		}
		catch (IllegalArgumentException | IllegalStateException ex) {
			this.problems.add(property + ".audience is an address, and " + property + ".url leads to another server.",
					"Remove " + property + ": the token for an address is sent to that address, and to no other.");
		}
	}

}

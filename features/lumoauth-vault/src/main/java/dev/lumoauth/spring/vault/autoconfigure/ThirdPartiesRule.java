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

package dev.lumoauth.spring.vault.autoconfigure;

import java.net.URI;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

import dev.lumoauth.spring.autoconfigure.config.ConfigurationProblems;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.vault.ThirdParty;

/**
 * Rules for {@code lumoauth.connections}. Tokens of third parties are sent to these
 * addresses.
 */
record ThirdPartiesRule(ConfigurationProblems problems) {

	private static final String PREFIX = "lumoauth.connections.";

	/**
	 * Return the checked third parties.
	 */
	static List<ThirdParty> parties(Map<String, LumoAuthThirdPartyProperties> connections) {
		return connections.entrySet()
			.stream()
			.map((each) -> new ThirdParty(each.getKey(), String.valueOf(each.getValue().connectionId()),
					each.getValue().origins().stream().map(URI::create).toList(), each.getValue().actsFor()))
			.toList();
	}

	/**
	 * Check all of them.
	 * @param connections the connections by the application's own name for each
	 */
	void check(Map<String, LumoAuthThirdPartyProperties> connections) {
		connections.forEach((name, each) -> {
			String property = PREFIX + name;
			checkId(each.connectionId(), property + ".connection-id");
			if (each.origins().isEmpty()) {
				this.problems.add(property + ".origins is missing: nothing says where its tokens may be sent.",
						"Set " + property + ".origins to the addresses of the third party, such as "
								+ "https://api.github.com.");
			}
			for (int i = 0; i < each.origins().size(); i++) {
				this.problems.origin(each.origins().get(i), property + ".origins[" + i + "]");
			}
		});
	}

	private void checkId(@Nullable String id, String property) {
		if (!StringUtils.hasText(id)) {
			this.problems.add(property + " is missing.",
					"Set " + property + " to the id of the connection at LumoAuth.");
		}
		else if (!LumoAuthAddresses.isPlainId(id)) {
			this.problems.add(property + " is not a valid id: " + ConfigurationProblems.quote(id) + ".",
					"Set " + property + " to the id of the connection at LumoAuth: letters, digits and '-', '.', '_'.");
		}
	}

}

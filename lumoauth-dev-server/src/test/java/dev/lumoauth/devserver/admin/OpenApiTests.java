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

package dev.lumoauth.devserver.admin;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That the description of the admin API has what the controllers have, and no more.
 */
class OpenApiTests extends ServerTests {

	private static final Set<String> METHODS = Set.of("get", "put", "post", "delete");

	/** Such as {@code {operation:enable|disable}}. */
	private static final Pattern ALTERNATIVES = Pattern.compile("\\{\\w+:([a-z|]+)}");

	@Autowired
	@Qualifier("requestMappingHandlerMapping")
	private RequestMappingHandlerMapping mapping;

	@Test
	void hasEachOperationOfTheControllersAndNoOther() {
		Answer answer = this.client.get("/dev/openapi.json");
		assertThat(answer.status()).isEqualTo(200);
		Set<String> described = new TreeSet<>();
		JsonNode paths = JsonMapper.shared().readTree(answer.body()).path("paths");
		paths.properties()
			.forEach((path) -> path.getValue()
				.propertyNames()
				.stream()
				.filter(METHODS::contains)
				.forEach((method) -> described.add(path.getKey() + " " + method)));
		assertThat(described).isNotEmpty().isEqualTo(mapped());
	}

	@Test
	void namesNothingThatItDoesNotHave() {
		String text = this.client.get("/dev/openapi.json").body();
		JsonNode description = JsonMapper.shared().readTree(text);
		Matcher reference = Pattern.compile("\"#(/[^\"]+)\"").matcher(text);
		while (reference.find()) {
			assertThat(description.at(reference.group(1)).isMissingNode()).as(reference.group(1)).isFalse();
		}
		assertThat(text).contains("#/components/schemas/Agent");
	}

	@Test
	void theConsoleLinksToIt() {
		assertThat(this.client.get("/").body()).contains("href=\"/dev/openapi.json\"");
	}

	private Set<String> mapped() {
		Set<String> operations = new TreeSet<>();
		this.mapping.getHandlerMethods()
			.keySet()
			.forEach((info) -> info.getPatternValues()
				.stream()
				.filter((pattern) -> pattern.startsWith("/dev/"))
				.forEach((pattern) -> info.getMethodsCondition()
					.getMethods()
					.forEach((method) -> add(operations, pattern.replace("{*", "{"),
							method.name().toLowerCase(Locale.ROOT)))));
		return operations;
	}

	private static void add(Set<String> operations, String pattern, String method) {
		Matcher alternatives = ALTERNATIVES.matcher(pattern);
		if (!alternatives.find()) {
			operations.add(pattern + " " + method);
			return;
		}
		for (String alternative : alternatives.group(1).split("\\|")) {
			operations.add(alternatives.replaceFirst(alternative) + " " + method);
		}
	}

}

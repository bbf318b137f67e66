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

package dev.lumoauth.devserver;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the curl lines in docs/dev-server.md do what they are there for.
 */
class DocumentedCommandsTests extends ServerTests {

	private static final Pattern COMMAND = Pattern.compile("\\| `curl ([^`]+)` \\|");

	private static final String WEBHOOKS = "/dev/tenants/acme-corp/webhooks";

	private static final Pattern METHOD = Pattern.compile("-X (\\w+)");

	private static final Pattern BODY = Pattern.compile("-d '([^']+)'");

	private static final Pattern PATH = Pattern.compile("(\\$AGENT|\\$ALICE|http://127\\.0\\.0\\.1:9000)(\\S*)");

	@AfterEach
	void restore() {
		admin("DELETE", "/budget", "");
		admin("POST", "/budget/reset", "");
		admin("DELETE", "/capabilities/read:documents", "");
		this.client.send("DELETE", "/dev/faults", null);
		this.client.send("DELETE", "/dev/tenants/acme-corp/dpop-nonce", null);
		admin("PUT", "/secret", "{\"client_secret\":\"changing-secret\"}");
		admin("DELETE", "/secret/previous", "");
		admin("PUT", "/workload-identities", "[]");
		admin("DELETE", "/access-policy-denial", "");
		admin("POST", "/enable", "");
		admin("PUT", "/mcp-tools", "{\"server_id\":\"urn:mcp:financial-data\",\"tool\":\"transfer\",\"allowed\":true}");
		this.client.send("DELETE", "/dev/faults/events", null);
		this.client.json("PUT", "/dev/tenants/acme-corp/users/alice/scopes/mcp:financial", "");
		this.client.json("PUT", "/dev/tenants/acme-corp/connections/github/state", "{\"state\":\"active\"}");
		for (Object webhook : (List<?>) this.client.get(WEBHOOKS).get("webhooks")) {
			this.client.send("DELETE", WEBHOOKS + "/" + ((Map<?, ?>) webhook).get("id"), null);
		}
	}

	@Test
	void findsThem() throws Exception {
		assertThat(commands()).hasSizeGreaterThan(4);
	}

	@ParameterizedTest
	@MethodSource("commands")
	void work(String command) {
		admin("PUT", "/budget", "{\"max_tokens_per_day\":1}");
		Matcher path = PATH.matcher(command);
		assertThat(path.find()).isTrue();
		String prefix = switch (path.group(1)) {
			case "$AGENT" -> "/dev/tenants/acme-corp/agents/agt_changing";
			case "$ALICE" -> "/dev/tenants/acme-corp/users/alice";
			default -> "";
		};
		String body = find(BODY, command, null);
		String method = find(METHOD, command, (body != null) ? "POST" : "GET");
		Answer answer = (body != null) ? this.client.json(method, prefix + path.group(2), body)
				: this.client.send(method, prefix + path.group(2), null);
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
	}

	static List<String> commands() throws Exception {
		String text = Files.readString(Path.of("..", "docs", "dev-server.md"));
		Stream<MatchResult> lines = COMMAND.matcher(text).results();
		return lines.map((line) -> line.group(1)).toList();
	}

	private static String find(Pattern pattern, String command, String otherwise) {
		Matcher matcher = pattern.matcher(command);
		return matcher.find() ? matcher.group(1) : otherwise;
	}

}

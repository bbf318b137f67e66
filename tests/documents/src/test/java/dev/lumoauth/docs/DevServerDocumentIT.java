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

package dev.lumoauth.docs;

import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The file and the commands of docs/dev-server.md.
 */
class DevServerDocumentIT {

	@Test
	@Tag("nightly")
	void takesTheFile() {
		Path file = Repository.DOCS.resolve("dev-server/all.yml").toAbsolutePath();
		try (ServerProcess server = new ServerProcess("lumoauth-dev-server.jar", Map.of(), "--dev.config=" + file)) {
			assertThat(server.variables()).containsEntry("AGENT_CLIENT_ID", "agt_research-analyst");
		}
	}

}

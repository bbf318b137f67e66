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

package dev.lumoauth.docs.testing;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.test.LumoAuthDevServer;
import dev.lumoauth.spring.test.WithDevServer;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@TestPropertySource(properties = "spring.config.name=testing")
@SpringBootTest
@WithDevServer
class AnalystIT {

	@Autowired
	Analyst analyst;

	@Autowired
	LumoAuthDevServer devServer;

	@Test
	void asksTheDevServer() {
		assertThat(this.analyst.ask("searchDocuments Q3")).contains("3 documents about Q3");
		this.devServer.revoke("read:documents");
		assertThat(this.analyst.ask("searchDocuments Q3")).isEqualTo("Error: agent lacks 'read:documents' capability.");
	}

	@Test
	void sendsWhatAliceApproves() {
		this.devServer.grant("send:reports");
		assertThat(this.analyst.ask("sendReport Q3")).startsWith("Approval pending:");
		this.devServer.approve("alice", "sendReport");
		assertThat(this.analyst.ask("sendReport Q3")).contains("Sent Q3");
	}

	@Test
	void readsWhyAliceDenies() {
		this.devServer.grant("send:reports");
		assertThatIllegalStateException().isThrownBy(() -> this.devServer.approve("alice", "sendReport"))
			.withMessageStartingWith("No call of 'sendReport' waits for a person at the LumoAuth dev server at ");
		this.analyst.ask("sendReport Q4");
		assertThatIllegalStateException().isThrownBy(() -> this.devServer.approve("bob", "sendReport"))
			.withMessageContaining("403");
		this.devServer.deny("alice", "sendReport", "Not before the audit");
		assertThat(this.analyst.ask("sendReport Q4")).contains("denied this call", "Not before the audit");
	}

	@Test
	void actsForAlice(@Autowired LumoAuthAgent agent) {
		String alice = this.devServer.userToken("alice");
		assertThat(agent.onBehalfOf(alice).mcpToken("urn:mcp:financial-data")).isNotNull();
	}

}

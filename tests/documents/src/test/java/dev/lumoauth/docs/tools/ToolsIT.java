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

package dev.lumoauth.docs.tools;

import java.util.HashMap;
import java.util.Map;

import dev.lumoauth.docs.SharedDevServer;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Each tool of docs/tools.md with the dev server, with and without its capability.
 */
class ToolsIT {

	private static final String LACKS_DOCUMENTS = "Error: agent lacks 'read:documents' capability.";

	private static ConfigurableApplicationContext application;

	private static Librarian librarian;

	@BeforeAll
	static void start() {
		Map<String, Object> properties = new HashMap<>(SharedDevServer.variables());
		properties.put("spring.config.name", "tools");
		properties.put("spring.main.banner-mode", "off");
		properties.put("lumoauth.capabilities.cache.allow-ttl", "0s");
		properties.put("lumoauth.capabilities.cache.deny-ttl", "0s");
		application = new SpringApplicationBuilder(ToolsApplication.class).web(WebApplicationType.NONE)
			.properties(properties)
			.run();
		librarian = application.getBean(Librarian.class);
	}

	@AfterAll
	static void stop() {
		if (application != null) {
			application.close();
		}
	}

	@AfterEach
	void grantAll() {
		RestClient.create().put().uri(capability("read:documents")).retrieve().toBodilessEntity();
		RestClient.create().put().uri(capability("mcp:financial")).retrieve().toBodilessEntity();
	}

	@ParameterizedTest
	@ValueSource(strings = { "searchDocuments", "compareWithFigures", "searchArchive", "translate", "borrow",
			"findAuthors", "searchNotes" })
	void runsWithTheCapabilityAndNotWithoutIt(String tool) {
		assertThat(librarian.ask(tool + " sales")).contains("sales").doesNotContain("Error");
		revoke("read:documents");
		assertThat(librarian.ask(tool + " sales")).isEqualTo(LACKS_DOCUMENTS);
	}

	@Test
	void needsOneOfTwo() {
		revoke("read:documents");
		assertThat(librarian.ask("isThereAnything sales")).contains("something about sales");
		revoke("mcp:financial");
		assertThat(librarian.ask("isThereAnything sales")).startsWith("Error: agent lacks ");
	}

	@Test
	void needsWhatTheMethodSaysAndWhatTheClassSays() {
		assertThat(librarian.ask("oldFigures sales")).contains("old figures about sales");
		revoke("read:documents");
		assertThat(librarian.ask("oldFigures sales")).isEqualTo(LACKS_DOCUMENTS);
		grantAll();
		revoke("mcp:financial");
		assertThat(librarian.ask("oldFigures sales")).isEqualTo("Error: agent lacks 'mcp:financial' capability.");
	}

	@Test
	void guardsALoopOfItsOwn() {
		OwnLoop loop = application.getBean(OwnLoop.class);
		assertThat(loop.call("{\"query\":\"sales\"}")).contains("notes about sales");
		revoke("read:documents");
		assertThat(loop.call("{\"query\":\"sales\"}")).isEqualTo(LACKS_DOCUMENTS);
	}

	@Test
	void guardsOrdinaryJava() {
		Documents documents = application.getBean(Documents.class);
		ServedTools served = application.getBean(ServedTools.class);
		assertThat(documents.read("Q3")).isEqualTo("what Q3 says");
		assertThat(documents.readLater("Q3").block()).isEqualTo("what Q3 says");
		assertThat(served.documents("Q3")).isEqualTo("documents about Q3");
		assertThat(librarian.maySearch()).isTrue();
		revoke("read:documents");
		assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(() -> documents.read("Q3"));
		assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(() -> documents.readLater("Q3").block());
		assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(() -> served.documents("Q3"));
		assertThat(librarian.maySearch()).isFalse();
	}

	private static void revoke(String name) {
		RestClient.create().delete().uri(capability(name)).retrieve().toBodilessEntity();
	}

	private static String capability(String name) {
		return "%s/dev/tenants/acme-corp/agents/agt_research-analyst/capabilities/%s".formatted(SharedDevServer.url(),
				name);
	}

}

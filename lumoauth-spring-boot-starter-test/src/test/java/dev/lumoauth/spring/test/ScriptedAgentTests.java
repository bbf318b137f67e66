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

package dev.lumoauth.spring.test;

import java.util.Map;

import dev.lumoauth.spring.test.analyst.AnalystApplication;
import dev.lumoauth.spring.test.analyst.Components;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link ScriptedChatModel} in an application with {@link WithAgent}.
 */
@SpringBootTest(classes = AnalystApplication.class)
@WithAgent("read:documents")
class ScriptedAgentTests {

	private static final String LACKS_FINANCIAL = "Error: agent lacks 'mcp:financial' capability.";

	@Autowired
	private Components.Analyst analyst;

	@Autowired
	private Components.DocumentTools documents;

	@Autowired
	private ScriptedChatModel model;

	@Test
	@WithAgent({ "read:documents", "mcp:financial" })
	void callsWhatTheAgentMay() {
		this.model.script((script) -> script.calls("searchCompanyDocuments", Map.of("query", "Q3"))
			.calls("queryFinancials", Map.of("metric", "EBITDA"))
			.answers("Done."));
		assertThat(this.analyst.ask("How was Q3?")).isEqualTo("Done.");
		assertThat(this.model.toolResults()).hasSize(2)
			.noneMatch((result) -> result.startsWith("Error"))
			.anyMatch((result) -> result.contains("3 documents about Q3"));
	}

	@Test
	void isNotOfferedWhatTheAgentMayNot() {
		this.model.script((script) -> script.calls("queryFinancials", Map.of("metric", "EBITDA")));
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> this.analyst.ask("How was Q3?"))
			.withMessageContaining("'queryFinancials', which the model was not offered")
			.withMessageContaining("[searchCompanyDocuments]");
	}

	@Test
	void readsTheRefusalOfAToolThatIsHidden(@Autowired TestAgent agent) {
		this.model.script((script) -> script.calls("queryFinancials", Map.of("metric", "EBITDA"))
			.evenIfNotOffered()
			.andCalls("searchCompanyDocuments", Map.of("query", "Q3"))
			.answers("I may not see figures."));
		assertThat(this.analyst.ask("How was Q3?")).isEqualTo("I may not see figures.");
		assertThat(this.model.toolResults("queryFinancials")).containsExactly(LACKS_FINANCIAL);
		assertThat(this.model.toolResults("searchCompanyDocuments")).singleElement().asString().contains("3 documents");
		assertThat(agent).wasDenied("mcp:financial").exchangedNothing();
	}

	@RepeatedTest(2)
	void beginsEachTestWithoutAScriptAndARecord() {
		assertThat(this.model.prompts()).isEmpty();
		assertThat(this.analyst.ask("queryFinancials EBITDA")).isEqualTo(LACKS_FINANCIAL);
		this.model.script((script) -> script.answers("Done."));
		assertThat(this.analyst.ask("queryFinancials EBITDA")).isEqualTo("Done.");
	}

	@Test
	void isNotLookedForWithoutSpringAi() {
		GenericApplicationContext context = new GenericApplicationContext();
		context.setClassLoader(new FilteredClassLoader("org.springframework.ai"));
		assertThatNoException().isThrownBy(() -> ScriptedModels.reset(context));
	}

}

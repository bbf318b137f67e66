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

package dev.lumoauth.spring.capability;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

import dev.lumoauth.spring.AskResult;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.client.LumoAuthClient;
import dev.lumoauth.spring.client.McpToolQuestion;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.mock;

/**
 * Tests for the {@link CapabilitySource}s that ask LumoAuth.
 */
class CapabilitySourcesTests {

	@Test
	void checksOneCapabilityByItself() {
		LumoAuthClient client = mock();
		given(client.check("a")).willReturn(true);
		given(client.check("b")).willReturn(false);
		CapabilitySource source = CapabilitySource.check(client);
		assertThat(source.ask(List.of("a"))).containsExactlyEntriesOf(Map.of("a", true));
		assertThat(source.ask(List.of("b"))).containsExactlyEntriesOf(Map.of("b", false));
	}

	@Test
	void checksSeveralCapabilitiesWithOneRequest() {
		LumoAuthClient client = mock();
		willAnswer((call) -> {
			call.<BiConsumer<String, Boolean>>getArgument(1).accept("a", true);
			return null;
		}).given(client).checkBulk(eq(List.of("a", "b")), any());
		assertThat(CapabilitySource.check(client).ask(List.of("a", "b"))).isEqualTo(Map.of("a", true));
		then(client).should().checkBulk(eq(List.of("a", "b")), any());
		then(client).shouldHaveNoMoreInteractions();
	}

	@Test
	void asksForEachCapabilityAsAnAction() {
		LumoAuthClient client = mock();
		given(client.ask("a", Map.of())).willReturn(new AskResult(true, "a", "because", "1"));
		given(client.ask("b", Map.of())).willReturn(new AskResult(false, "b", "because not", "2"));
		assertThat(CapabilitySource.ask(client).ask(List.of("a", "b"))).isEqualTo(Map.of("a", true, "b", false));
	}

	@Test
	void handsOverEachAnswerAsItComes() {
		LumoAuthClient client = mock();
		given(client.ask("a", Map.of())).willReturn(new AskResult(false, "a", "because not", "1"));
		given(client.ask("b", Map.of())).willThrow(new LumoAuthUnavailableException("down", null));
		Map<String, Boolean> answers = new HashMap<>();
		CapabilitySource source = CapabilitySource.ask(client);
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(() -> source.ask(List.of("a", "b"), answers::put));
		assertThat(answers).isEqualTo(Map.of("a", false));
	}

	@Test
	void readsTheCapabilitiesOfUserinfo() {
		LumoAuthClient client = mock();
		given(client.capabilities()).willReturn(Set.of("a"));
		assertThat(CapabilitySource.userinfo(client).ask(List.of("a", "b"))).isEqualTo(Map.of("a", true, "b", false));
		then(client).should().capabilities();
	}

	@Test
	void userinfoWithoutAListIsNoAnswerAndNamesTheProperty() {
		LumoAuthClient client = mock();
		given(client.capabilities()).willReturn(null);
		CapabilitySource source = CapabilitySource.userinfo(client);
		assertThatExceptionOfType(LumoAuthProtocolException.class).isThrownBy(() -> source.ask(List.of("a")))
			.withMessageContaining("lumoauth.capabilities.source");
	}

	@Test
	void userinfoWithAnEmptyListDenies() {
		LumoAuthClient client = mock();
		given(client.capabilities()).willReturn(Set.of());
		assertThat(CapabilitySource.userinfo(client).ask(List.of("a"))).isEqualTo(Map.of("a", false));
	}

	@Test
	void asksAboutToolsOneByOneAndAboutTheRestAsBefore() {
		LumoAuthClient client = mock();
		McpToolQuestion query = question("query");
		McpToolQuestion delete = question("delete");
		given(client.mcpAuthorize(query)).willReturn(true);
		given(client.mcpAuthorize(delete)).willReturn(false);
		List<Collection<String>> others = new ArrayList<>();
		CapabilitySource source = CapabilitySource.withTools((names) -> {
			others.add(names);
			return Map.of("a", true);
		}, client, () -> (name, agent) -> Map.of("mcp-tool:x/query", query, "mcp-tool:x/delete", delete).get(name));
		assertThat(source.ask(List.of("mcp-tool:x/query", "a", "mcp-tool:x/delete")))
			.isEqualTo(Map.of("a", true, "mcp-tool:x/query", true, "mcp-tool:x/delete", false));
		assertThat(others).containsExactly(List.of("a"));
		assertThat(source.ask(List.of("mcp-tool:x/query"))).isEqualTo(Map.of("mcp-tool:x/query", true));
		assertThat(others).hasSize(1);
	}

	private static McpToolQuestion question(String tool) {
		return new McpToolQuestion("urn:x", tool, (name) -> false, (name) -> true, "");
	}

}

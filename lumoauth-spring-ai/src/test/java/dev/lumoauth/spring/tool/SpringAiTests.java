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

package dev.lumoauth.spring.tool;

import java.util.Map;

import io.modelcontextprotocol.spec.McpSchema;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.mcp.annotation.McpMeta;
import org.springframework.ai.mcp.annotation.context.McpSyncRequestContext;
import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.definition.ToolDefinition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link SpringAi}.
 */
class SpringAiTests {

	@Test
	void isWhereAToolIsCalled() {
		assertThat(new OwnTool().call("{}")).isEqualTo("true");
		assertThat(ToolCallbacks.from(new Methods())[0].call("{}")).isEqualTo("true");
	}

	@Test
	void isNotWhereJavaCallsAnotherMethodOfATool() {
		assertThat(new OwnTool().reindex()).isFalse();
		assertThat(new Methods().here()).isFalse();
	}

	@Test
	void findsWhatTheCallerOfAnMcpMethodChose() {
		Map<String, Object> meta = Map.of("account", "bob", "traceparent", "00-1-2-01");
		McpSyncRequestContext context = mock();
		given(context.request()).willReturn(
				McpSchema.GetPromptRequest.builder("pay").arguments(Map.of("amount", 1)).meta(meta).build(),
				McpSchema.ReadResourceRequest.builder("file:a").build());
		SpringAi site = new SpringAi();
		assertThat(site.chosenIn(context))
			.isEqualTo(Map.of("arguments", Map.of("amount", 1), "_meta", Map.of("account", "bob")));
		assertThat(site.chosenIn(context)).isEqualTo(Map.of("uri", "file:a"));
		assertThat(site.chosenIn(new McpMeta(meta))).isEqualTo(Map.of("account", "bob"));
		assertThat(site.chosenIn(new McpMeta(Map.of("progressToken", 1)))).isNull();
		assertThat(site.chosenIn(new ToolContext(Map.of("account", "bob")))).isNull();
	}

	private static boolean isHere() {
		return new SpringAi().isHere();
	}

	private static final class OwnTool implements ToolCallback {

		@Override
		public ToolDefinition getToolDefinition() {
			throw new IllegalStateException();
		}

		@Override
		public String call(String toolInput) {
			return String.valueOf(isHere());
		}

		boolean reindex() {
			return isHere();
		}

	}

	static class Methods {

		@Tool
		boolean here() {
			return isHere();
		}

	}

}

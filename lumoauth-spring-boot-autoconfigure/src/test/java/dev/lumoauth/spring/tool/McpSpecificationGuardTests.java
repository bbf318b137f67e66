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

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.RequiresCapability;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpAsyncServerExchange;
import io.modelcontextprotocol.server.McpServerFeatures;
import io.modelcontextprotocol.server.McpStatelessServerFeatures;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mockito.Mockito;

import org.springframework.ai.mcp.McpToolUtils;
import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.MimeType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tools that an application gives to its own MCP server as specifications, made of tools
 * that nobody guards.
 */
class McpSpecificationGuardTests {

	private static final FakeDecisions DECISIONS = new FakeDecisions();

	private static final Map<String, ToolCallback> LATER = new ConcurrentHashMap<>();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthMethodSecurityAutoConfiguration.class,
				LumoAuthToolAutoConfiguration.class))
		.withBean(CapabilityDecisions.class, () -> DECISIONS)
		.withPropertyValues("lumoauth.enabled=true");

	@BeforeEach
	void reset() {
		DECISIONS.reset();
		LATER.clear();
		GuardedTools.RUNS.set(0);
	}

	static Stream<Arguments> everyToolInEveryServer() {
		List<Arguments> rows = new ArrayList<>();
		for (Kind kind : Kind.values()) {
			for (Server server : Server.values()) {
				rows.add(Arguments.of(kind, server));
			}
		}
		return rows.stream();
	}

	@ParameterizedTest(name = "{0} in {1}")
	@MethodSource("everyToolInEveryServer")
	void refusesWithoutTheCapabilityAndRunsWithIt(Kind kind, Server server) {
		Specifications.tool = kind.tool;
		Specifications.server = server;
		this.runner.withUserConfiguration(Specifications.class).run((context) -> {
			assertThat(server.call(context, "specifications"))
				.isEqualTo("Error: agent lacks 'read:documents' capability.");
			DECISIONS.unavailable();
			assertThat(server.call(context, "specifications"))
				.isEqualTo("Error: authorization is unavailable; try again later.");
			assertThat(GuardedTools.RUNS).hasValue(0);
			DECISIONS.reset();
			DECISIONS.grant("read:documents");
			assertThat(server.call(context, "specifications")).contains("secret");
			assertThat(GuardedTools.RUNS).hasValue(1);
			DECISIONS.reset();
			assertThat(server.call(context, "annotated")).contains("'bean:x'").contains("'read:documents'");
			DECISIONS.grant("read:documents");
			assertThat(server.call(context, "annotated")).isEqualTo("Error: agent lacks 'bean:x' capability.");
			DECISIONS.reset();
			DECISIONS.grant("bean:x");
			assertThat(server.call(context, "annotated")).isEqualTo("Error: agent lacks 'read:documents' capability.");
			assertThat(GuardedTools.RUNS).hasValue(1);
			DECISIONS.grant("read:documents");
			assertThat(server.call(context, "annotated")).contains("secret");
			assertThat(GuardedTools.RUNS).hasValue(2);
		});
	}

	@Test
	void looksAgainForWhatAHandlerRuns() {
		Specifications.tool = (context) -> ShapedTools.plain("harmless");
		Specifications.server = Server.SYNC;
		this.runner.withUserConfiguration(Specifications.class).run((context) -> {
			LATER.put("tool", ShapedTools.plain("harmless"));
			assertThat(Server.SYNC.call(context, "byHand")).contains("secret");
			LATER.put("tool", ShapedTools.annotated());
			assertThat(Server.SYNC.call(context, "byHand"))
				.isEqualTo("Error: agent lacks 'read:documents' capability.");
			assertThat(GuardedTools.RUNS).hasValue(1);
			DECISIONS.grant("read:documents");
			assertThat(Server.SYNC.call(context, "byHand")).contains("secret");
			LATER.put("tool", ToolCallbacks.from(new ToolInspectionTests.Administrating())[0]);
			assertThat(Server.SYNC.call(context, "byHand"))
				.isEqualTo("Error: agent lacks 'admin:documents' capability.");
			assertThat(GuardedTools.RUNS).hasValue(2);
		});
	}

	enum Kind {

		INLINE((context) -> ShapedTools.annotated()),

		PRIVATE((context) -> unadvisable("privateTool")),

		FINAL((context) -> unadvisable("finalTool")),

		STATIC((context) -> unadvisable("staticTool")),

		RECORD((context) -> ToolCallbacks.from(new ShapedTools.RecordTools("x"))[0]),

		ENUM((context) -> ToolCallbacks.from(ShapedTools.EnumTools.ONLY)[0]),

		ANONYMOUS((context) -> ToolCallbacks.from(ShapedTools.anonymousTools())[0]),

		DECORATED((context) -> new ShapedTools.InMap(ShapedTools.annotated())),

		FUNCTION((context) -> ShapedTools.function("annotatedApply", new ShapedTools.AnnotatedApply())),

		GUARDED_BY_HAND((context) -> context.getBean(ToolGuard.class).guard(ShapedTools.annotated())),

		BEAN_METHOD((context) -> ToolCallbacks.from(context.getBean(BeanTools.class))[0]);

		private final Function<ApplicationContext, ToolCallback> tool;

		Kind(Function<ApplicationContext, ToolCallback> tool) {
			this.tool = tool;
		}

		private static ToolCallback unadvisable(String name) {
			return Stream.of(ToolCallbacks.from(new GuardedTools.Unadvisable()))
				.filter((tool) -> tool.getToolDefinition().name().equals(name))
				.findFirst()
				.orElseThrow();
		}

	}

	enum Server {

		SYNC((tool) -> McpToolUtils.toSyncToolSpecification(tool)),

		ASYNC((tool) -> McpToolUtils.toAsyncToolSpecification(tool)),

		STATELESS_SYNC((tool) -> McpToolUtils.toStatelessSyncToolSpecification(tool, MIME_TYPE)),

		STATELESS_ASYNC((tool) -> McpToolUtils.toStatelessAsyncToolSpecification(tool, MIME_TYPE));

		private final Function<ToolCallback, Object> specification;

		Server(Function<ToolCallback, Object> specification) {
			this.specification = specification;
		}

		String call(ApplicationContext context, String bean) {
			Object specification = ((List<?>) context.getBean(bean)).get(0);
			McpSchema.CallToolRequest request = McpSchema.CallToolRequest.builder("tool")
				.arguments(new LinkedHashMap<>(Map.of("text", "x")))
				.build();
			McpSchema.CallToolResult result;
			if (specification instanceof McpServerFeatures.SyncToolSpecification tool) {
				result = tool.callHandler().apply(Mockito.mock(McpSyncServerExchange.class), request);
			}
			else if (specification instanceof McpServerFeatures.AsyncToolSpecification tool) {
				result = tool.callHandler()
					.apply(Mockito.mock(McpAsyncServerExchange.class), request)
					.block(Duration.ofMinutes(1));
			}
			else if (specification instanceof McpStatelessServerFeatures.SyncToolSpecification tool) {
				result = tool.callHandler().apply(McpTransportContext.EMPTY, request);
			}
			else {
				result = ((McpStatelessServerFeatures.AsyncToolSpecification) specification).callHandler()
					.apply(McpTransportContext.EMPTY, request)
					.block(Duration.ofMinutes(1));
			}
			return ((McpSchema.TextContent) result.content().get(0)).text();
		}

	}

	private static final @Nullable MimeType MIME_TYPE = null;

	public static class BeanTools {

		@Tool
		@RequiresCapability("read:documents")
		public String beanTool() {
			return GuardedTools.run();
		}

	}

	/**
	 * Runs what is in a map by then.
	 */
	static class ByHand extends ShapedTools.Wrapper {

		private final Map<String, ToolCallback> tools;

		ByHand(Map<String, ToolCallback> tools) {
			super("byHand");
			this.tools = tools;
		}

		@Override
		ToolCallback delegate() {
			return this.tools.getOrDefault("tool", ShapedTools.plain("none"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Specifications {

		static Function<ApplicationContext, ToolCallback> tool = (context) -> ShapedTools.plain("none");

		static Server server = Server.SYNC;

		@Bean
		BeanTools beanTools() {
			return new BeanTools();
		}

		@Bean
		List<Object> specifications(ApplicationContext context) {
			return List.of(server.specification.apply(tool.apply(context)));
		}

		@Bean
		@RequiresCapability("bean:x")
		List<Object> annotated(ApplicationContext context) {
			return List.of(server.specification.apply(tool.apply(context)));
		}

		@Bean
		List<Object> byHand() {
			return List.of(Server.SYNC.specification.apply(new ByHand(LATER)));
		}

	}

}

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

package dev.lumoauth.demo.journey;

import java.lang.reflect.Method;
import java.net.URI;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import dev.lumoauth.demo.analyst.ResearchAnalyst;
import dev.lumoauth.demo.analyst.ResearchAnalystTools;
import dev.lumoauth.demo.start.DemoUser;
import dev.lumoauth.demo.start.McpServerLog;
import dev.lumoauth.demo.start.UsageReport;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.mcp.McpConnection;
import dev.lumoauth.spring.mcp.McpConnections;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.user.CurrentUser;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.annotation.Tool;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Watches the agent from outside, through what the starter and Spring AI publish:
 * {@link LumoAuthAgent}, the decisions, the tokens, and the observations of model and
 * tool calls.
 */
@Configuration(proxyBeanMethods = false)
class JourneyConfiguration {

	/**
	 * The tool of the MCP server of the connection {@code financial}.
	 */
	private static final String MCP_TOOL = "queryFinancials";

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static JourneyRecorder journeyRecorder() {
		return new JourneyRecorder();
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static RecordingPostProcessor recordingPostProcessor(JourneyRecorder recorder) {
		return new RecordingPostProcessor(recorder);
	}

	@Bean
	ModelCallRecorder modelCallRecorder(JourneyRecorder recorder, McpConnections connections) {
		Map<String, Set<String>> tools = toolCapabilities(ResearchAnalystTools.class);
		tools.put(MCP_TOOL, capabilities(connection(connections).requirementOf(MCP_TOOL)));
		return new ModelCallRecorder(recorder, tools);
	}

	@Bean
	ToolCallRecorder toolCallRecorder(JourneyRecorder recorder, ObjectProvider<Exchanges> exchanges, DemoUser user) {
		return new ToolCallRecorder(recorder,
				(tool, result) -> user.call(() -> exchanges.getObject().behind(tool, result)));
	}

	@Bean
	RequestRecorder requestRecorder(JourneyRecorder recorder,
			@Value("${lumoauth.url:https://app.lumoauth.dev}") String lumoAuth) {
		return new RequestRecorder(recorder, URI.create(lumoAuth));
	}

	@Bean
	Exchanges exchanges(McpConnections connections, LumoAuthTokens tokens, CurrentUser user,
			ObjectProvider<McpServerLog> log) {
		return new Exchanges(connection(connections), MCP_TOOL, tokens, user, log.getIfAvailable());
	}

	@Bean
	Journeys journeys(ResearchAnalyst analyst, LumoAuthAgent agent, CapabilityDecisions decisions, BudgetMonitor budget,
			JourneyRecorder recorder, DemoUser user, UsageReport usage,
			@Value("${lumoauth.events.ssf.enabled:false}") boolean events,
			@Value("${lumoauth.workload-identity.provider:}") String platform,
			@Value("${lumoauth.aauth.agent:}") String signer) {
		String proof = platform.isEmpty() ? null
				: "a token of the platform that it runs on (" + platform + "), and no secret";
		if (!signer.isEmpty()) {
			proof = "requests that it signs as " + signer + ", and no secret";
		}
		return new Journeys(new SignedInAnalyst(analyst, user), agent, () -> {
			if (!events) { // LumoAuth would have sent an event if something had changed
				decisions.invalidate();
			}
			budget.refresh();
		}, usage::used, recorder, proof);
	}

	private static McpConnection connection(McpConnections connections) {
		return Objects.requireNonNull(connections.address("financial")).connection();
	}

	private static Map<String, Set<String>> toolCapabilities(Class<?> tools) {
		Map<String, Set<String>> capabilities = new LinkedHashMap<>();
		Arrays.stream(tools.getDeclaredMethods())
			.filter((method) -> AnnotatedElementUtils.hasAnnotation(method, Tool.class))
			.sorted(Comparator.comparing(Method::getName))
			.forEach((method) -> {
				RequiresCapability required = AnnotatedElementUtils.findMergedAnnotation(method,
						RequiresCapability.class);
				capabilities.put(method.getName(), capabilities((required != null)
						? new CapabilityRequirement(List.of(required.value()), required.match()) : null));
			});
		return capabilities;
	}

	private static Set<String> capabilities(@Nullable CapabilityRequirement requirement) {
		return (requirement != null) ? new LinkedHashSet<>(requirement.capabilities()) : Set.of();
	}

}

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

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.RecordedObservations;
import dev.lumoauth.spring.ResourceDeniedException;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.user.LumoAuthUserAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardedCallContext;
import dev.lumoauth.spring.guard.observation.DefaultToolObservationConvention;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.execution.ToolExecutionException;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.UserConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What is observed of guarded tools: a refused one does not look like a success.
 */
class ToolObservationsTests {

	private static final String NAME = "lumoauth.tool";

	private static final GuardTerms READ = new GuardTerms(CapabilityRequirement.of("read:documents"), false);

	private final RecordedObservations recorded = new RecordedObservations();

	private final FakeDecisions decisions = new FakeDecisions();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthMethodSecurityAutoConfiguration.class,
				LumoAuthUserAutoConfiguration.class, LumoAuthToolAutoConfiguration.class))
		.withBean(ObservationRegistry.class, this.recorded::registry)
		.withBean(CapabilityDecisions.class, () -> this.decisions)
		.withPropertyValues("lumoauth.enabled=true");

	@Test
	void tellsWhatBecameOfEachCall() {
		withGuard((guard) -> {
			ToolCallback tool = guard.guard(tool("search", () -> "found"), READ);
			assertThat(tool.call("{}")).contains("Error: agent lacks 'read:documents' capability.");
			this.decisions.grant("read:documents");
			assertThat(tool.call("{}", new ToolContext(Map.of()))).contains("found");
			this.decisions.unavailable();
			assertThat(tool.call("{}")).contains("Error: authorization is unavailable");
			assertThat(this.recorded.of(NAME)).containsExactly("deny search !CapabilityDeniedException", "allow search",
					"unavailable search !LumoAuthUnavailableException");
			assertThat(this.recorded.contexts(NAME))
				.allSatisfy((context) -> assertThat(context.getHighCardinalityKeyValues()).containsExactly(
						KeyValue.of("gen_ai.tool.name", "search"),
						KeyValue.of("lumoauth.capabilities", "read:documents")));
		});
	}

	@Test
	void aToolWithoutItsUserIsRefused() {
		withGuard((guard) -> {
			ToolCallback tool = guard.guard(tool("mine", () -> "found"), new GuardTerms(null, true));
			assertThat(tool.call("{}")).contains("no user is signed in");
			assertThat(this.recorded.of(NAME)).containsExactly("no_user mine !UserRequiredException");
		});
	}

	@Test
	void whatAToolCallsItselfIsSeenAsWell() {
		this.decisions.grant("read:documents");
		withGuard((guard) -> {
			guard.guard(failing("denied", new CapabilityDeniedException(List.of("x"))), READ).call("{}");
			guard.guard(failing("down", new LumoAuthUnavailableException("down", null)), READ).call("{}");
			guard.guard(failing("other", new ResourceDeniedException("403")), READ).call("{}");
			assertThatExceptionOfType(ToolExecutionException.class)
				.isThrownBy(() -> guard.guard(failing("broken", new IllegalStateException("own")), READ).call("{}"));
			assertThat(this.recorded.of(NAME)).containsExactly("deny denied !ToolExecutionException",
					"unavailable down !ToolExecutionException", "not_permitted other !ToolExecutionException",
					"allow broken !ToolExecutionException");
		});
	}

	@Test
	void aFailureThatIsNoToolExecutionExceptionIsTheToolsOwn() {
		this.decisions.grant("read:documents");
		withGuard((guard) -> {
			ToolCallback tool = guard.guard(new FailingCallback(), READ);
			assertThatIllegalStateException().isThrownBy(() -> tool.call("{}"));
			assertThat(this.recorded.of(NAME)).containsExactly("allow failing !IllegalStateException");
		});
	}

	@Test
	void isRefusedAsWellWhereTheCallerIsTold() {
		this.runner.withPropertyValues("lumoauth.tools.on-denied=throw").run((context) -> {
			ToolCallback tool = context.getBean(ToolGuard.class).guard(tool("search", () -> "found"), READ);
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(() -> tool.call("{}"));
			assertThat(this.recorded.of(NAME)).singleElement().asString().startsWith("deny search !");
		});
	}

	@Test
	void namesOfToolsAreBoundedAndThoseMadeUpAreNotNames() {
		this.decisions.grant("read:documents");
		withGuard((guard) -> {
			IntStream.range(0, 200).forEach((i) -> guard.unknown("made-up-" + i).call("{}"));
			IntStream.range(0, 150).forEach((i) -> guard.guard(tool("t" + i, () -> "found"), READ).call("{}"));
			assertThat(this.recorded.of(NAME).stream().distinct()).hasSize(102)
				.contains("unknown_tool other", "allow t0", "allow t99", "allow other")
				.doesNotContain("allow t100");
		});
	}

	@Test
	void namesAndTagsCanBeTheApplications() {
		this.recorded.registry().observationConfig().observationConvention(new DefaultToolObservationConvention() {

			@Override
			public KeyValues getLowCardinalityKeyValues(GuardedCallContext context) {
				return KeyValues.of("mine", context.getTool());
			}

		});
		this.runner.run((context) -> {
			context.getBean(ToolGuard.class).guard(tool("search", () -> "found"), READ).call("{}");
			assertThat(this.recorded.of(NAME)).containsExactly("search !CapabilityDeniedException");
		});
	}

	@Test
	void isWithinSpringAisObservationOfTheToolAndHoldsWhatTheToolDoes() {
		try (ScriptedOpenAi model = new ScriptedOpenAi()) {
			this.runner.withConfiguration(UserConfigurations.of(ToolGuardJourneyTests.Everything.class))
				.withPropertyValues("spring.ai.openai.base-url=" + model.baseUrl(), "spring.ai.openai.api-key=none")
				.run((context) -> {
					model.willCall("search", "{}");
					ToolCallback tool = context.getBean(ToolGuard.class)
						.guard(tool("search",
								() -> String.valueOf(this.recorded.registry().getCurrentObservation().getContext())),
								READ);
					ChatClient client = context.getBean(ChatClient.Builder.class).build();
					assertThat(client.prompt("go").tools(tool).call().content()).contains("agent lacks");
					assertThat(this.recorded.of(NAME)).containsExactly("deny search !CapabilityDeniedException");
					assertThat(RecordedObservations.parents(this.recorded.contexts(NAME).get(0)))
						.startsWith("spring.ai.tool")
						.contains("spring.ai.chat.client");
					this.decisions.grant("read:documents");
					assertThat(client.prompt("go").tools(tool).call().content()).contains("name='lumoauth.tool'");
				});
		}
	}

	private void withGuard(Consumer<ToolGuard> test) {
		this.runner.run((context) -> test.accept(context.getBean(ToolGuard.class)));
	}

	private static ToolCallback tool(String name, Supplier<String> body) {
		return FunctionToolCallback.builder(name, body).build();
	}

	private static ToolCallback failing(String name, RuntimeException failure) {
		return tool(name, () -> {
			throw failure;
		});
	}

	private static final class FailingCallback implements ToolCallback {

		@Override
		public ToolDefinition getToolDefinition() {
			return tool("failing", () -> "").getToolDefinition();
		}

		@Override
		public String call(String toolInput) {
			throw new IllegalStateException("own");
		}

	}

}

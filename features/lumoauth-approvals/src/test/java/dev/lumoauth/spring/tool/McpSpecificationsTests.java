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
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import dev.lumoauth.spring.approval.ApprovalRequirement;
import dev.lumoauth.spring.approval.ApprovalRule;
import dev.lumoauth.spring.guard.CallArguments;
import dev.lumoauth.spring.approval.Impact;
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.guard.Admission;
import dev.lumoauth.spring.guard.Gate;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardLayer;
import dev.lumoauth.spring.guard.GuardRegister;
import dev.lumoauth.spring.guard.GuardReports;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import dev.lumoauth.spring.guard.GuardedCall;
import dev.lumoauth.spring.guard.tool.OnRefusal;
import io.modelcontextprotocol.server.McpServerFeatures.AsyncToolSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link McpSpecifications}.
 */
class McpSpecificationsTests {

	private static final GuardTerms APPROVED = GuardTerms
		.of(ApprovalRequirement.of(new ApprovalRule("", Impact.HIGH, "#order.amount > 100", List.of())));

	private static final GuardTerms READ = new GuardTerms(CapabilityRequirement.of("read:documents"), false);

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void anAsynchronousToolMayWaitWhetherOrNotTheAnswerIsKnown(boolean known) {
		FakeDecisions decisions = new FakeDecisions() {

			@Override
			public @Nullable CapabilityDecision decideKnown(CapabilityRequirement requirement) {
				return known ? CapabilityDecision.ALLOW : null;
			}

		}.grant("read:documents");
		AtomicReference<Boolean> mayWait = new AtomicReference<>();
		AsyncToolSpecification tool = new AsyncToolSpecification(
				McpSchema.Tool.builder("read", Map.of("type", "object")).build(), (exchange, request) -> {
					mayWait.set(!Schedulers.isInNonBlockingThread());
					return Mono.just(CallToolResult.builder().addTextContent("read").build());
				});
		AsyncToolSpecification guarded = (AsyncToolSpecification) new McpSpecifications(TestGuards.of(decisions), READ)
			.guarded(tool);
		CallToolResult answer = Mono
			.defer(() -> guarded.callHandler().apply(mock(), McpSchema.CallToolRequest.builder("read").build()))
			.subscribeOn(Schedulers.parallel())
			.block(Duration.ofSeconds(60));
		assertThat(answer.content().toString()).contains("read");
		assertThat(mayWait).hasValue(true);
	}

	/**
	 * The handler reads an alias, and an amount that is a text.
	 */
	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "{\"order\":{\"amount\":1}} | true", "{\"order\":{\"amount\":1,\"sum\":5000}} | false",
					"{\"order\":{\"amount\":\"1\"}} | false", "{\"Order\":{\"amount\":1}} | false" })
	void saysWhetherTheToolDeclaresTheArguments(String arguments, boolean declared) {
		Map<String, Object> schema = CallArguments
			.read("{\"type\":\"object\",\"properties\":{\"order\":{\"type\":\"object\","
					+ "\"properties\":{\"amount\":{\"type\":\"integer\"}}}}}")
			.values();
		McpSchema.Tool tool = McpSchema.Tool.builder("pay", schema).build();
		McpSchema.CallToolRequest request = McpSchema.CallToolRequest.builder("pay")
			.arguments(CallArguments.read(arguments).values())
			.build();
		List<Boolean> seen = new ArrayList<>();
		McpSpecifications specifications = new McpSpecifications(asking(seen), APPROVED);
		callBoth(specifications, tool, request);
		assertThat(seen).containsExactly(declared, declared);
	}

	/**
	 * Call a tool as a synchronous and as an asynchronous one.
	 */
	private static void callBoth(McpSpecifications specifications, McpSchema.Tool tool,
			McpSchema.CallToolRequest request) {
		CallToolResult paid = CallToolResult.builder().addTextContent("paid").build();
		((SyncToolSpecification) specifications.guarded(new SyncToolSpecification(tool, (exchange, call) -> paid)))
			.callHandler()
			.apply(mock(), request);
		((AsyncToolSpecification) specifications
			.guarded(new AsyncToolSpecification(tool, (exchange, call) -> Mono.just(paid)))).callHandler()
			.apply(mock(), request)
			.block(Duration.ofSeconds(60));
	}

	/**
	 * A handler can read the metadata that the caller sends.
	 */
	@Test
	void showsTheMetadataOfTheRequest() {
		McpSchema.Tool tool = McpSchema.Tool.builder("pay", Map.of("type", "object")).build();
		McpSchema.CallToolRequest request = McpSchema.CallToolRequest.builder("pay")
			.arguments(Map.of("amount", 1))
			.meta(Map.of("account", "bob", "progressToken", 7))
			.build();
		List<CallArguments> seen = new ArrayList<>();
		McpSpecifications specifications = new McpSpecifications(showing(seen::add), APPROVED);
		callBoth(specifications, tool, request);
		assertThat(seen).hasSize(2).allSatisfy((arguments) -> {
			assertThat(arguments.canonical()).isEqualTo("{\"_meta\":{\"account\":\"bob\"},\"amount\":1}");
			assertThat(arguments.areAllDeclared()).isFalse();
		});
	}

	/**
	 * A person may allow the agent what it lacks, and nobody what a caller lacks.
	 */
	@Test
	void aPersonWhoMayBeAskedForTheAgentIsNoReasonToListWhatTheCallerLacks() {
		Gate<ApprovalRequirement> gate = mock();
		given(gate.term()).willReturn(ApprovalRequirement.class);
		given(gate.mayCure(any())).willReturn(true);
		ToolGuard guard = behind(gate);
		guard.served().add("read", () -> READ);
		assertThat(ServedTools.deniedAmong(guard, List.of("read"))).containsExactly("read");
		assertThat(ServedTools.missingFor(guard, "read")).containsExactly("read:documents");
	}

	private static ToolGuard asking(List<Boolean> seen) {
		return showing((arguments) -> seen.add(arguments.areAllDeclared()));
	}

	private static ToolGuard showing(Consumer<CallArguments> seen) {
		Gate<ApprovalRequirement> gate = mock();
		given(gate.term()).willReturn(ApprovalRequirement.class);
		given(gate.order()).willReturn(Gate.PERSON);
		given(gate.admit(any(), any())).willAnswer((invocation) -> {
			GuardedCall call = invocation.getArgument(0);
			seen.accept(call.arguments().get());
			return Admission.FREE;
		});
		return behind(gate);
	}

	private static ToolGuard behind(Gate<ApprovalRequirement> gate) {
		Guard guard = new Guard(FakeDecisions::new, () -> {
			throw new IllegalStateException();
		}, GuardReports.NONE, null, () -> List.of(gate));
		return new ToolGuard(guard, new GuardTermsFinder(), List::of, OnRefusal.TELL_MODEL, true,
				new GuardRegister().place(GuardLayer.TOOL_GUARD, null));
	}

}

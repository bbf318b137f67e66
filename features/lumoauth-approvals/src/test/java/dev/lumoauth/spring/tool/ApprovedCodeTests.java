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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.lumoauth.spring.approval.process.Approvals;
import dev.lumoauth.spring.approval.ApprovalRequirement;
import dev.lumoauth.spring.approval.ApprovalRule;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.ApprovalStore;
import dev.lumoauth.spring.approval.process.ApprovalsBuilder;
import dev.lumoauth.spring.call.Conversation;
import dev.lumoauth.spring.approval.Impact;
import dev.lumoauth.spring.approval.ScriptedPeople;
import dev.lumoauth.spring.guard.GuardTerms;
import io.modelcontextprotocol.server.McpServerFeatures.AsyncToolSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.target.HotSwappableTargetSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * An approval is for the code that a tool runs, and for the arguments that it receives,
 * with real tools of Spring AI that look the same to a model.
 */
class ApprovedCodeTests {

	private static final GuardTerms APPROVED = GuardTerms
		.of(ApprovalRequirement.of(new ApprovalRule("Pay", Impact.HIGH, "", List.of())));

	private static final List<Object> RECEIVED = new CopyOnWriteArrayList<>();

	private final ScriptedPeople people = new ScriptedPeople().interval(Duration.ZERO);

	private final Approvals approvals = approvals(new AnnotationConfigApplicationContext(), ApprovalStore.inMemory());

	private Approvals approvals(AnnotationConfigApplicationContext context, ApprovalStore store) {
		return new ApprovalsBuilder("agt_1", () -> this.people).store(() -> store)
			.beans(context.getBeanFactory())
			.build();
	}

	@AfterEach
	void reset() {
		this.approvals.close();
		RECEIVED.clear();
	}

	static Stream<Arguments> otherCode() {
		HotSwappableTargetSource swapped = new HotSwappableTargetSource(function(new Pay()));
		ToolCallback swappable = ProxyFactory.getProxy(ToolCallback.class, swapped);
		PayMethod changing = new PayMethod("bob");
		return Stream.of(Arguments.of("two classes", function(new Pay()), function(new Burn())),
				Arguments.of("two lambdas", function((query) -> "a"), function((query) -> "b")),
				Arguments.of("two anonymous classes", function(new Function<>() {

					@Override
					public String apply(Query query) {
						return "a";
					}

				}), function(new Function<>() {

					@Override
					public String apply(Query query) {
						return "b";
					}

				})), Arguments.of("what a lambda captured", captured("bob"), captured("eve")),
				Arguments.of("what an object holds", function(new PayFrom("bob")), function(new PayFrom("eve"))),
				Arguments.of("objects that change", function(new Wallet()), function(new Wallet())),
				Arguments.of("what a decorator holds", new Decorator(function(new Pay())),
						new Decorator(function(new Burn()))),
				Arguments.of("a decorator", new Decorator(function(new Pay())), function(new Pay())),
				Arguments.of("two decorators", new Decorator(function(new Pay())),
						new OtherDecorator(function(new Pay()))),
				Arguments.of("methods of two classes", method(new PayMethod("bob")), method(new BurnMethod("bob"))),
				Arguments.of("methods of two objects", method(new PayMethod("bob")), method(new PayMethod("eve"))),
				Arguments.of("a method of an object that changes", method(new Account()), method(new Account())),
				Arguments.of("a method and a function", method(changing), function(new Pay())),
				Arguments.of("another type of input", typed(Query.class), typed(OtherQuery.class)),
				Arguments.of("behind a proxy", swappable, new Decorator(swappable)));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void otherCode(String difference, ToolCallback approved, ToolCallback other) {
		assertThat(call(approved)).contains("Approval pending");
		this.people.decide(ApprovalState.APPROVED, null);
		assertThat(call(other)).contains("Approval pending");
		assertThat(call(approved)).doesNotContain("Approval pending");
	}

	@Test
	void isForTheObjectThatIsBehindAProxyNow() {
		HotSwappableTargetSource swapped = new HotSwappableTargetSource(function(new Pay()));
		ToolCallback tool = ProxyFactory.getProxy(ToolCallback.class, swapped);
		assertThat(call(tool)).contains("Approval pending");
		this.people.decide(ApprovalState.APPROVED, null);
		swapped.swap(function(new Burn()));
		assertThat(call(tool)).contains("Approval pending");
		swapped.swap(function(new Pay()));
		assertThat(call(tool)).contains("paid");
	}

	/**
	 * LumoAuth is asked between the look at the object and the call.
	 */
	@Test
	void runsNoObjectThatCameBehindTheProxyWhileLumoAuthWasAsked() {
		HotSwappableTargetSource swapped = new HotSwappableTargetSource(function(new Pay()));
		ToolCallback tool = ProxyFactory.getProxy(ToolCallback.class, swapped);
		this.people.atOnce(ApprovalState.APPROVED).whileAsking(() -> swapped.swap(function(new Burn())));
		assertThat(call(tool)).contains("is not the one that was approved").doesNotContain("burnt");
	}

	static Stream<Arguments> sameCode() {
		return Stream.of(Arguments.of("a function without state", function(new Pay()), function(new Pay())),
				Arguments.of("an equal value", captured("bob"), captured("bob")),
				Arguments.of("a decorator", new Decorator(function(new PayFrom("bob"))),
						new Decorator(function(new PayFrom("bob")))),
				Arguments.of("a method", method(new PayMethod("bob")), method(new PayMethod("bob"))));
	}

	/**
	 * An application may create its tools for each chat.
	 */
	@ParameterizedTest(name = "{0}")
	@MethodSource
	void sameCode(String tool, ToolCallback approved, ToolCallback other) {
		assertThat(call(approved)).contains("Approval pending");
		this.people.decide(ApprovalState.APPROVED, null);
		assertThat(call(other)).doesNotContain("Approval pending");
	}

	private String call(ToolCallback tool) {
		return call(tool, "{\"what\":\"it\"}");
	}

	private String call(ToolCallback tool, String arguments) {
		return call(this.approvals, tool, arguments);
	}

	private static String call(Approvals approvals, ToolCallback tool, String arguments) {
		return Conversation.call("conversation-1",
				() -> TestGuards.gated(Approvals.gate(() -> approvals)).guard(tool, APPROVED).call(arguments));
	}

	/**
	 * Two processes agree on beans, and on objects that can't change.
	 */
	@Test
	void isForTheBeanOfThatNameInAnotherProcess() throws Exception {
		Map<String, String> here = RestartedTools.targets();
		Map<String, String> elsewhere = RestartedTools.targetsInAnotherProcess();
		assertThat(here).containsOnlyKeys(elsewhere.keySet()).doesNotContainValue("");
		assertThat(here.values()).doesNotHaveDuplicates();
		assertThat(here.entrySet()).filteredOn((each) -> each.getValue().equals(elsewhere.get(each.getKey())))
			.extracting(Map.Entry::getKey)
			.containsExactlyInAnyOrder("lambda as a bean", "function bean", "method of a bean", "method tool as a bean",
					"method of an object without state");
	}

	static Stream<String> numbers() {
		return Stream.of("1 | 1.0", "1 | 1e0", "1 | 10e-1", "1.0 | 1.00", "0 | -0", "0.0 | -0.0", "0.1 | 0.10",
				"100 | 1E2", "9007199254740992 | 9007199254740992.0", "1.5 | 15e-1", "[1] | [1.0]",
				"{\"a\":[1]} | {\"a\":[1.0]}");
	}

	/**
	 * One number to the person who approves is one number to the tool.
	 */
	@ParameterizedTest
	@MethodSource("numbers")
	void anUntypedParameterReceivesWhatWasApproved(String pair) {
		String[] forms = pair.split(" \\| ");
		for (ToolCallback tool : ToolCallbacks.from(new Untyped())) {
			assertThat(received(tool, forms[0], forms[1])).isEqualTo(received(tool, forms[0], forms[0]))
				.isEqualTo(received(tool, forms[1], forms[0]))
				.hasSize(1);
		}
	}

	private List<String> received(ToolCallback tool, String approved, String other) {
		RECEIVED.clear();
		this.people.reset();
		try (Approvals fresh = approvals(new AnnotationConfigApplicationContext(), ApprovalStore.inMemory())) {
			assertThat(call(fresh, tool, "{\"value\":" + approved + "}")).contains("Approval pending");
			this.people.decide(ApprovalState.APPROVED, null);
			assertThat(call(fresh, tool, "{\"value\":" + other + "}")).contains("paid");
		}
		return RECEIVED.stream().map((value) -> value.getClass().getSimpleName() + " " + value).toList();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "1 | \"1\"", "true | \"true\"", "null | \"\"", "\"\u00e9\" | \"e\u0301\"", "1 | 2", "[] | {}",
					"[1] | 1", "1 | 1.0000000000000002", "\"a\" | \" a\"", "9007199254740992 | 9007199254740994" })
	void otherArgumentsAreAnotherCall(String approved, String other) {
		for (ToolCallback tool : ToolCallbacks.from(new Untyped())) {
			this.people.atOnce(ApprovalState.APPROVED);
			call(tool, "{\"value\":" + approved + "}");
			this.people.atOnce(ApprovalState.PENDING);
			assertThat(call(tool, "{\"value\":" + other + "}")).contains("Approval pending");
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "{\"value\":9007199254740993}", "{\"value\":1,\"value\":2}", "{\"value\":{\"a\":1,\"a\":2}}",
					"{\"value\":1e400}", "{\"value\":0.1000000000000000055511151231257827}", "{\"value\":1} {}", "[1]",
					"{\"value\":\"\ud800\"}", "{\"value\":NaN}" })
	void refusesWhatTwoReadersUnderstandDifferently(String arguments) {
		this.people.atOnce(ApprovalState.APPROVED);
		for (ToolCallback tool : ToolCallbacks.from(new Untyped())) {
			assertThat(call(tool, arguments)).contains("can't be put to a person for approval");
		}
		assertThat(RECEIVED).isEmpty();
	}

	/**
	 * Nobody approves that call, so nobody changes it.
	 */
	@Test
	void aCallThatNobodyHasToApproveReceivesWhatTheModelWrote() {
		GuardTerms large = GuardTerms
			.of(ApprovalRequirement.of(new ApprovalRule("", Impact.HIGH, "#value > 100", List.of())));
		ToolCallback tool = FunctionToolCallback.builder("pay", (Function<Map<String, Object>, String>) (map) -> {
			RECEIVED.add(map.get("value"));
			return "paid";
		}).inputType(new ParameterizedTypeReference<Map<String, Object>>() {
		}).inputSchema("{\"type\":\"object\",\"properties\":{\"value\":{\"type\":\"number\"}}}").build();
		assertThat(TestGuards.gated(Approvals.gate(() -> this.approvals)).guard(tool, large).call("{\"value\":1.50}"))
			.contains("paid");
		assertThat(RECEIVED).containsExactly(1.50);
	}

	@Test
	void aHandlerOfTheOwnMcpServerReceivesWhatWasApproved() {
		this.people.atOnce(ApprovalState.APPROVED);
		McpSpecifications specifications = new McpSpecifications(TestGuards.gated(Approvals.gate(() -> this.approvals)),
				APPROVED);
		CallToolResult paid = CallToolResult.builder().addTextContent("paid").build();
		SyncToolSpecification sync = (SyncToolSpecification) specifications
			.guarded(new SyncToolSpecification(tool("sync"), (exchange, request) -> {
				RECEIVED.add(request);
				return paid;
			}));
		AsyncToolSpecification async = (AsyncToolSpecification) specifications
			.guarded(new AsyncToolSpecification(tool("async"), (exchange, request) -> {
				RECEIVED.add(request);
				return Mono.just(paid);
			}));
		sync.callHandler().apply(mock(), request(1.0));
		async.callHandler().apply(mock(), request(1.0)).block(Duration.ofSeconds(60));
		assertThat(RECEIVED).hasSize(2).allSatisfy((received) -> {
			McpSchema.CallToolRequest request = (McpSchema.CallToolRequest) received;
			assertThat(request.arguments()).isEqualTo(Map.of("value", 1));
			assertThat(request.meta()).isEqualTo(Map.of("account", 2, "progressToken", 7.0));
		});
	}

	@Test
	void twoHandlersOfTheOwnMcpServerAreTwoTools() {
		McpSpecifications specifications = new McpSpecifications(TestGuards.gated(Approvals.gate(() -> this.approvals)),
				APPROVED);
		CallToolResult paid = CallToolResult.builder().addTextContent("paid").build();
		CallToolResult burnt = CallToolResult.builder().addTextContent("burnt").build();
		SyncToolSpecification pay = (SyncToolSpecification) specifications
			.guarded(new SyncToolSpecification(tool("pay"), (exchange, request) -> paid));
		SyncToolSpecification burn = (SyncToolSpecification) specifications
			.guarded(new SyncToolSpecification(tool("pay"), (exchange, request) -> burnt));
		assertThat(served(pay)).contains("Approval pending");
		this.people.decide(ApprovalState.APPROVED, null);
		assertThat(served(burn)).contains("Approval pending");
		assertThat(served(pay)).contains("paid");
	}

	private static String served(SyncToolSpecification tool) {
		return Conversation.call("conversation-1", () -> tool.callHandler().apply(mock(), request(1))).toString();
	}

	private static McpSchema.Tool tool(String name) {
		return McpSchema.Tool.builder(name, Map.of("type", "object")).build();
	}

	private static McpSchema.CallToolRequest request(Object value) {
		return McpSchema.CallToolRequest.builder("pay")
			.arguments(Map.of("value", value))
			.meta(Map.of("account", 2.0, "progressToken", 7.0))
			.build();
	}

	private static ToolCallback function(Function<Query, String> function) {
		return FunctionToolCallback.builder("pay", function).description("Pays").inputType(Query.class).build();
	}

	private static ToolCallback captured(String account) {
		return function((query) -> "paid by " + account);
	}

	private static ToolCallback typed(Class<?> type) {
		return FunctionToolCallback.builder("pay", new PayAny())
			.description("Pays")
			.inputSchema("{\"type\":\"object\"}")
			.inputType(type)
			.build();
	}

	private static ToolCallback method(Object object) {
		return ToolCallbacks.from(object)[0];
	}

	record Query(String what) {
	}

	record OtherQuery(Object what) {
	}

	static class Pay implements Function<Query, String> {

		@Override
		public String apply(Query query) {
			return "paid";
		}

	}

	static class PayAny implements Function<Object, String> {

		@Override
		public String apply(Object query) {
			return "paid";
		}

	}

	static class Burn implements Function<Query, String> {

		@Override
		public String apply(Query query) {
			return "burnt";
		}

	}

	record PayFrom(String account) implements Function<Query, String> {

		@Override
		public String apply(Query query) {
			return "paid by " + this.account;
		}

	}

	static class Wallet implements Function<Query, String> {

		private final AtomicReference<String> last = new AtomicReference<>("");

		@Override
		public String apply(Query query) {
			return "paid after " + this.last.getAndSet(query.what());
		}

	}

	static class PayMethod {

		private final String account;

		PayMethod(String account) {
			this.account = account;
		}

		@Tool(description = "Pays")
		String pay(String what) {
			return "paid by " + this.account;
		}

	}

	static class BurnMethod {

		private final String account;

		BurnMethod(String account) {
			this.account = account;
		}

		@Tool(description = "Pays")
		String pay(String what) {
			return "burnt by " + this.account;
		}

	}

	static class Account {

		private int left = 10;

		@Tool(description = "Pays")
		String pay(String what) {
			return "paid, and left " + this.left--;
		}

	}

	static class Untyped {

		@Tool
		String any(Object value) {
			return received(value);
		}

		@Tool
		String node(JsonNode value) {
			return received(value);
		}

		@Tool
		String map(Wrapped value) {
			return received((value != null) ? value.any() : null);
		}

		private static String received(@Nullable Object value) {
			RECEIVED.add((value != null) ? value : "nothing");
			return "paid";
		}

	}

	record Wrapped(Object any) {

		@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
		static Wrapped of(Object any) {
			return new Wrapped(any);
		}

	}

	record Decorator(ToolCallback tool) implements ToolCallback {

		@Override
		public ToolDefinition getToolDefinition() {
			return this.tool.getToolDefinition();
		}

		@Override
		public String call(String toolInput) {
			return this.tool.call(toolInput);
		}

	}

	record OtherDecorator(ToolCallback tool) implements ToolCallback {

		@Override
		public ToolDefinition getToolDefinition() {
			return this.tool.getToolDefinition();
		}

		@Override
		public String call(String toolInput) {
			return this.tool.call(toolInput);
		}

	}

}

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

package dev.lumoauth.benchmarks;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.tool.ToolGuard;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.Assert;

/**
 * The call of a guarded tool, its answer in memory, beside the same tool without a guard;
 * and the guard alone, around a tool that does nothing, when it allows and when it
 * refuses.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init")
public class ToolBenchmark {

	private static final String INPUT = "{\"query\":\"Q3 performance\"}";

	/**
	 * What observes the application.
	 */
	@Param
	public Observed observed;

	private LoopbackLumoAuth lumoAuth;

	private ConfigurableApplicationContext context;

	private ToolCallback plainTool;

	private ToolCallback guardedTool;

	private ToolCallback allowedCheck;

	private ToolCallback refusedCheck;

	/**
	 * Start the application, and have each capability asked about once.
	 */
	@Setup
	public void start() {
		this.lumoAuth = new LoopbackLumoAuth();
		this.context = MeasuredApplication.start(this.lumoAuth, this.observed, Duration.ofHours(1));
		ToolGuard guard = this.context.getBean(ToolGuard.class);
		this.plainTool = ToolCallbacks.from(new PlainTools())[0];
		this.guardedTool = guard.guard(ToolCallbacks.from(new GuardedTools())[0]);
		this.allowedCheck = guard.guard(new Allowed());
		this.refusedCheck = guard.guard(new Refused());
		Assert.state(this.guardedTool.call(INPUT).equals(this.plainTool.call(INPUT)), "The tool was not called");
		Assert.state(this.allowedCheck.call(INPUT).equals(INPUT), "The tool was not allowed");
		Assert.state(this.refusedCheck.call(INPUT).startsWith("Error: "), "The tool was not refused");
	}

	/**
	 * Stop it.
	 */
	@TearDown
	public void stop() {
		this.context.close();
		this.lumoAuth.close();
	}

	/**
	 * Call the tool without a guard.
	 * @return its result
	 */
	@Benchmark
	public String plainTool() {
		return this.plainTool.call(INPUT);
	}

	/**
	 * Call the guarded tool.
	 * @return its result
	 */
	@Benchmark
	public String guardedTool() {
		return this.guardedTool.call(INPUT);
	}

	/**
	 * Call the tool that does nothing.
	 * @return its result
	 */
	@Benchmark
	public String allowedCheck() {
		return this.allowedCheck.call(INPUT);
	}

	/**
	 * Call the tool that is refused.
	 * @return what a model reads
	 */
	@Benchmark
	public String refusedCheck() {
		return this.refusedCheck.call(INPUT);
	}

	static class PlainTools {

		@Tool(description = "Search internal company documents for the given query.")
		String search(String query) {
			return "3 documents about " + query;
		}

	}

	static class GuardedTools {

		@Tool(description = "Search internal company documents for the given query.")
		@RequiresCapability("read:documents")
		String search(String query) {
			return "3 documents about " + query;
		}

	}

	private abstract static class DoesNothing implements ToolCallback {

		private final ToolDefinition definition = ToolDefinition.builder()
			.name("nothing")
			.description("Does nothing.")
			.inputSchema("{}")
			.build();

		@Override
		public ToolDefinition getToolDefinition() {
			return this.definition;
		}

		@Override
		public String call(String toolInput) {
			return toolInput;
		}

	}

	@RequiresCapability("read:documents")
	private static final class Allowed extends DoesNothing {

	}

	@RequiresCapability("denied:documents")
	private static final class Refused extends DoesNothing {

	}

}

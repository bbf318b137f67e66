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

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.lumoauth.spring.capability.Match;
import dev.lumoauth.spring.capability.RequiresCapability;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.ai.tool.method.MethodToolCallbackProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Description;

/**
 * Tools of every kind that the guard has to know.
 */
final class GuardedTools {

	/**
	 * How often the body of any of them ran.
	 */
	static final AtomicInteger RUNS = new AtomicInteger();

	private GuardedTools() {
	}

	static String run() {
		RUNS.incrementAndGet();
		return "secret";
	}

	/**
	 * A dependency: null in the fields of a proxy.
	 */
	static class Store {

		String read() {
			return run();
		}

	}

	public static class Methods {

		private final Store store = new Store();

		@Tool
		@RequiresCapability("read:documents")
		public String publicTool() {
			return this.store.read();
		}

		@Tool
		@RequiresCapability("read:documents")
		String packagePrivateTool() {
			return this.store.read();
		}

		@Tool
		@RequiresCapability({ "read:documents", "mcp:financial" })
		public String allTool() {
			return this.store.read();
		}

		@Tool
		@RequiresCapability(value = { "read:documents", "mcp:financial" }, match = Match.ANY)
		public String anyTool() {
			return this.store.read();
		}

		@Tool
		@NeedsDocuments
		public String metaTool() {
			return this.store.read();
		}

		@Tool
		public String openTool() {
			return "open";
		}

	}

	/**
	 * Methods that no proxy can advise.
	 */
	public static class Unadvisable {

		private final Store store = new Store();

		@Tool
		@RequiresCapability("read:documents")
		private String privateTool() {
			return this.store.read();
		}

		@Tool
		@RequiresCapability("read:documents")
		public final String finalTool() {
			return this.store.read();
		}

		@Tool
		@RequiresCapability("read:documents")
		public static String staticTool() {
			return run();
		}

	}

	@Target({ ElementType.METHOD, ElementType.TYPE })
	@Retention(RetentionPolicy.RUNTIME)
	@RequiresCapability("read:documents")
	@interface NeedsDocuments {

	}

	static class PackagePrivateClass {

		private final Store store = new Store();

		@Tool
		@RequiresCapability("read:documents")
		public String packagePrivateClassTool() {
			return this.store.read();
		}

	}

	@RequiresCapability("read:documents")
	public static class ClassLevel {

		private final Store store = new Store();

		@Tool
		public String classLevelTool() {
			return this.store.read();
		}

	}

	public static class Base {

		private final Store store = new Store();

		@RequiresCapability("read:documents")
		public String inheritedTool() {
			return this.store.read();
		}

	}

	public static class Inheriting extends Base {

		@Override
		@Tool
		public String inheritedTool() {
			return super.inheritedTool();
		}

	}

	public interface Contract {

		@RequiresCapability("read:documents")
		String contractTool();

	}

	public static class Fulfilling implements Contract {

		private final Store store = new Store();

		@Override
		@Tool
		public String contractTool() {
			return this.store.read();
		}

	}

	@RequiresCapability("read:documents")
	static class AnnotatedFunction implements Function<Query, String> {

		@Override
		public String apply(Query query) {
			return run();
		}

	}

	record Query(String text) {
	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		Methods methods() {
			return new Methods();
		}

		@Bean
		Unadvisable unadvisable() {
			return new Unadvisable();
		}

		@Bean
		PackagePrivateClass packagePrivateClass() {
			return new PackagePrivateClass();
		}

		@Bean
		ClassLevel classLevel() {
			return new ClassLevel();
		}

		@Bean
		Inheriting inheriting() {
			return new Inheriting();
		}

		@Bean
		Fulfilling fulfilling() {
			return new Fulfilling();
		}

		@Bean
		@RequiresCapability("read:documents")
		ToolCallback callbackBean() {
			return FunctionToolCallback.builder("callbackBean", (Query query) -> run()).inputType(Query.class).build();
		}

		@Bean
		@RequiresCapability("read:documents")
		FunctionToolCallback<Query, String> functionCallbackBean() {
			return FunctionToolCallback.builder("functionCallbackBean", (Query query) -> run())
				.inputType(Query.class)
				.build();
		}

		@Bean
		@RequiresCapability("read:documents")
		ToolCallbackProvider providerBean() {
			return ToolCallbackProvider.from(FunctionToolCallback.builder("providedTool", (Query query) -> run())
				.inputType(Query.class)
				.build());
		}

		@Bean
		ToolCallbackProvider methodProviderBean() {
			return MethodToolCallbackProvider.builder().toolObjects(new ProvidedMethods()).build();
		}

		@Bean
		ToolCallback methodCallbackBean() {
			return ToolCallbacks.from(new SingleMethod())[0];
		}

		@Bean
		@Description("A function")
		@RequiresCapability("read:documents")
		Function<Query, String> functionBean() {
			return (query) -> run();
		}

		@Bean
		@RequiresCapability("read:documents")
		BiFunction<Query, ToolContext, String> biFunctionBean() {
			return (query, context) -> run();
		}

		@Bean
		@RequiresCapability("read:documents")
		Supplier<String> supplierBean() {
			return GuardedTools::run;
		}

		@Bean
		@RequiresCapability("read:documents")
		Consumer<Query> consumerBean() {
			return (query) -> run();
		}

	}

	public static class ProvidedMethods {

		@Tool
		@RequiresCapability("read:documents")
		public String providedMethodTool() {
			return run();
		}

	}

	public static class SingleMethod {

		@Tool
		@RequiresCapability("read:documents")
		public String singleMethodTool() {
			return run();
		}

	}

}

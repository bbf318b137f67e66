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

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.lumoauth.spring.capability.RequiresCapability;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Tools in shapes that an application may give them: in containers, in wrappers, in
 * functions, as objects of every kind of class. Each one needs {@code read:documents}.
 */
final class ShapedTools {

	private ShapedTools() {
	}

	static ToolCallback annotated() {
		return ToolCallbacks.from(new Shaped())[0];
	}

	static ToolCallback plain(String name) {
		return FunctionToolCallback.builder(name, (GuardedTools.Query query) -> GuardedTools.run())
			.inputType(GuardedTools.Query.class)
			.build();
	}

	static class Shaped {

		@Tool(name = "shaped")
		@RequiresCapability("read:documents")
		String run() {
			return GuardedTools.run();
		}

	}

	/**
	 * Runs what its subclass holds, under a name of its own.
	 */
	abstract static class Wrapper implements ToolCallback {

		private final String name;

		Wrapper(String name) {
			this.name = name;
		}

		@Override
		public ToolDefinition getToolDefinition() {
			return ToolDefinition.builder().name(this.name).inputSchema("{\"type\":\"object\"}").build();
		}

		@Override
		public String call(String toolInput) {
			return delegate().call(toolInput);
		}

		abstract ToolCallback delegate();

	}

	static final class InList extends Wrapper {

		private final List<Object> held;

		InList(ToolCallback tool) {
			super("inList");
			this.held = List.of("text", tool);
		}

		@Override
		ToolCallback delegate() {
			return (ToolCallback) this.held.get(1);
		}

	}

	static final class InMap extends Wrapper {

		private final Map<String, ToolCallback> held;

		InMap(ToolCallback tool) {
			super("inMap");
			this.held = Map.of("tool", tool);
		}

		@Override
		ToolCallback delegate() {
			return this.held.get("tool");
		}

	}

	static final class InArray extends Wrapper {

		private final ToolCallback[] held;

		InArray(ToolCallback tool) {
			super("inArray");
			this.held = new ToolCallback[] { tool };
		}

		@Override
		ToolCallback delegate() {
			return this.held[0];
		}

	}

	static final class InObject extends Wrapper {

		private final Object held;

		InObject(ToolCallback tool) {
			super("inObject");
			this.held = tool;
		}

		@Override
		ToolCallback delegate() {
			return (ToolCallback) this.held;
		}

	}

	static final class InGeneric<T extends ToolCallback> extends Wrapper {

		private final Optional<T> held;

		InGeneric(T tool) {
			super("inGeneric");
			this.held = Optional.of(tool);
		}

		@Override
		ToolCallback delegate() {
			return this.held.orElseThrow();
		}

	}

	static final class InProvider extends Wrapper {

		private final ToolCallbackProvider held;

		InProvider(ToolCallback tool) {
			super("inProvider");
			this.held = ToolCallbackProvider.from(tool);
		}

		@Override
		ToolCallback delegate() {
			return this.held.getToolCallbacks()[0];
		}

	}

	static final class InSupplier extends Wrapper {

		private final Supplier<ToolCallback> held;

		InSupplier(ToolCallback tool) {
			super("inSupplier");
			this.held = () -> tool;
		}

		@Override
		ToolCallback delegate() {
			return this.held.get();
		}

	}

	record Held(ToolCallback tool) {
	}

	static final class InRecord extends Wrapper {

		private final Held held;

		InRecord(ToolCallback tool) {
			super("inRecord");
			this.held = new Held(tool);
		}

		@Override
		ToolCallback delegate() {
			return this.held.tool();
		}

	}

	static final class Holder {

		private final Object tool;

		Holder(ToolCallback tool) {
			this.tool = tool;
		}

	}

	static final class InHolder extends Wrapper {

		private final Holder held;

		InHolder(ToolCallback tool) {
			super("inHolder");
			this.held = new Holder(tool);
		}

		@Override
		ToolCallback delegate() {
			return (ToolCallback) this.held.tool;
		}

	}

	/**
	 * Gets what it runs only after it was made.
	 */
	static final class Exchangeable extends Wrapper {

		private ToolCallback held = plain("harmless");

		Exchangeable() {
			super("exchangeable");
		}

		Exchangeable with(ToolCallback tool) {
			this.held = tool;
			return this;
		}

		@Override
		ToolCallback delegate() {
			return this.held;
		}

	}

	static ToolCallback nested(int depth) {
		ToolCallback tool = annotated();
		for (int i = 0; i < depth; i++) {
			tool = new InObject(tool);
		}
		return tool;
	}

	static ToolCallback anonymous(ToolCallback tool) {
		return new ToolCallback() {

			@Override
			public ToolDefinition getToolDefinition() {
				return ToolDefinition.builder().name("anonymous").inputSchema("{\"type\":\"object\"}").build();
			}

			@Override
			public String call(String toolInput) {
				return tool.call(toolInput);
			}

		};
	}

	static ToolCallback lambda(ToolCallback tool) {
		return FunctionToolCallback.builder("lambda", (GuardedTools.Query query) -> tool.call("{}"))
			.inputType(GuardedTools.Query.class)
			.build();
	}

	static ToolCallback function(String name, Function<GuardedTools.Query, String> function) {
		return FunctionToolCallback.builder(name, function).inputType(GuardedTools.Query.class).build();
	}

	static class AnnotatedApply implements Function<GuardedTools.Query, String> {

		@Override
		@RequiresCapability("read:documents")
		public String apply(GuardedTools.Query query) {
			return GuardedTools.run();
		}

	}

	/**
	 * Not a tool by itself: a method reference to it is.
	 */
	static class Service {

		@RequiresCapability("read:documents")
		String search(GuardedTools.Query query) {
			return GuardedTools.run();
		}

	}

	/**
	 * Annotated on one of the two ways to call it.
	 */
	public static class CallAnnotated extends Wrapper {

		public CallAnnotated() {
			super("callAnnotated");
		}

		@Override
		@RequiresCapability("read:documents")
		public String call(String toolInput) {
			return GuardedTools.run();
		}

		@Override
		ToolCallback delegate() {
			throw new IllegalStateException();
		}

	}

	/**
	 * Annotated on the other one.
	 */
	public static class ContextCallAnnotated extends CallAnnotated {

		@Override
		public ToolDefinition getToolDefinition() {
			return ToolDefinition.builder().name("contextCallAnnotated").inputSchema("{\"type\":\"object\"}").build();
		}

		@Override
		public String call(String toolInput) {
			return GuardedTools.run();
		}

		@Override
		@RequiresCapability("read:documents")
		public String call(String toolInput, @Nullable ToolContext toolContext) {
			return call(toolInput);
		}

	}

	@RequiresCapability("read:documents")
	public static class ClassAnnotated extends Wrapper {

		public ClassAnnotated() {
			super("classAnnotated");
		}

		@Override
		public String call(String toolInput) {
			return GuardedTools.run();
		}

		public String another() {
			return GuardedTools.run();
		}

		@Override
		ToolCallback delegate() {
			throw new IllegalStateException();
		}

	}

	@RequiresCapability("read:documents")
	public static class AnnotatedProvider implements ToolCallbackProvider {

		@Override
		public ToolCallback[] getToolCallbacks() {
			return new ToolCallback[] { plain("ofAnnotatedProvider") };
		}

	}

	record RecordTools(String name) {

		@Tool(name = "recordTool")
		@RequiresCapability("read:documents")
		public String run() {
			return GuardedTools.run();
		}

	}

	enum EnumTools {

		ONLY;

		@Tool(name = "enumTool")
		@RequiresCapability("read:documents")
		public String run() {
			return GuardedTools.run();
		}

	}

	static Object anonymousTools() {
		return new Object() {

			@Tool(name = "anonymousObjectTool")
			@RequiresCapability("read:documents")
			public String run() {
				return GuardedTools.run();
			}

		};
	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		@RequiresCapability("read:documents")
		Set<ToolCallback> toolSet() {
			return Set.of(plain("inSet"));
		}

		@Bean
		@RequiresCapability("read:documents")
		Collection<ToolCallback> toolCollection() {
			return List.of(plain("inCollection"));
		}

		@Bean
		@RequiresCapability("read:documents")
		Map<String, ToolCallback> toolMap() {
			return Map.of("tool", plain("inMapBean"));
		}

		@Bean
		@RequiresCapability("read:documents")
		List<ToolCallbackProvider> providerList() {
			return List.of(ToolCallbackProvider.from(plain("inProviderList")));
		}

		@Bean
		@RequiresCapability("read:documents")
		List<Object> mixedList() {
			return List.of(ToolCallbackProvider.from(plain("inMixedList")), plain("alsoInMixedList"));
		}

		@Bean
		@RequiresCapability("read:documents")
		ToolCallback[] toolArray() {
			return new ToolCallback[] { plain("inArrayBean") };
		}

		@Bean
		@RequiresCapability("read:documents")
		Optional<ToolCallback> toolOptional() {
			return Optional.of(plain("inOptional"));
		}

		@Bean
		Set<ToolCallback> annotatedInSet() {
			return Set.of(annotated());
		}

		@Bean
		CallAnnotated callAnnotated() {
			return new CallAnnotated();
		}

		@Bean
		ContextCallAnnotated contextCallAnnotated() {
			return new ContextCallAnnotated();
		}

		@Bean
		ClassAnnotated classAnnotated() {
			return new ClassAnnotated();
		}

		@Bean
		AnnotatedProvider annotatedProvider() {
			return new AnnotatedProvider();
		}

	}

}

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

package com.example.woven;

import java.io.IOException;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.user.OnBehalfOfUser;
import jakarta.annotation.PostConstruct;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.beans.factory.BeanNameAware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.context.annotation.Bean;

/**
 * Code that is annotated where proxies don't reach, and what stands beside it.
 */
final class Shapes {

	private Shapes() {
	}

	/**
	 * Annotated methods.
	 */
	static class Methods {

		String viaThis() {
			return overridable();
		}

		String viaPrivate() {
			return hidden();
		}

		@Tool
		@RequiresCapability("read:documents")
		String overridable() {
			return Body.run();
		}

		@RequiresCapability("read:documents")
		private String hidden() {
			return Body.run();
		}

		@RequiresCapability("read:documents")
		static String fixed() {
			return Body.run();
		}

		@RequiresCapability("read:documents")
		final String unchangeable() {
			return Body.run();
		}

		@RequiresCapability("read:documents")
		int number(int first, long second, String... more) {
			Body.run();
			return first + (int) second + more.length;
		}

		@RequiresCapability("read:documents")
		void failing() throws IOException {
			Body.run();
			throw new IOException("no disk");
		}

		@ReadsDocuments
		String composed() {
			return Body.run();
		}

		@ReadsDocuments.Twice
		String composedTwice() {
			return Body.run();
		}

		@ReadsDocuments.Twice.Thrice
		String composedThrice() {
			return Body.run();
		}

		@ReadsDocuments.Twice.Thrice.FourTimes
		String composedTooOften() {
			return Body.run();
		}

		@OnBehalfOfUser
		String mine() {
			return Body.run();
		}

		@RequiresCapability("read:documents")
		Mono<String> later() {
			return Mono.just(Body.run());
		}

		@RequiresCapability("read:documents")
		Flux<String> stream() {
			return Flux.just(Body.run());
		}

		@Bean
		@RequiresCapability("read:documents")
		Object made() {
			return new Object();
		}

		String plain() {
			return "plain";
		}

		@Override
		@RequiresCapability("read:documents")
		public String toString() {
			return Body.run();
		}

	}

	/**
	 * Overrides without an annotation, and goes on to what it overrides.
	 */
	static class Overriding extends Methods {

		@Override
		String overridable() {
			return super.overridable();
		}

	}

	/**
	 * Has what Kotlin's compiler adds to an annotated class, with a dash in the names for
	 * a value class, and a function whose own annotation counts.
	 */
	@RequiresCapability("read:documents")
	static class OfKotlin {

		String read(int page) {
			return Body.run();
		}

		static String read$default(OfKotlin self, int page, int mask, Object marker) {
			return self.read((mask != 0) ? 1 : page);
		}

		static boolean equals_impl(String value, Object other) {
			return value.equals(other);
		}

		static int hashCode_impl(String value) {
			return value.hashCode();
		}

		static String toString_impl(String value) {
			return value;
		}

		static String access$hidden(OfKotlin self) {
			return self.hidden();
		}

		private String hidden() {
			return Body.run();
		}

		@RequiresCapability("read:documents")
		static String own$default() {
			return Body.run();
		}

	}

	/**
	 * An annotated type with all that the annotation is not about.
	 */
	@RequiresCapability("read:documents")
	static class Typed implements Function<String, String>, InitializingBean, DisposableBean, BeanNameAware {

		@Override
		public String apply(String query) {
			return ((Supplier<String>) this::helper).get() + ((Supplier<String>) () -> "").get();
		}

		String viaLambda() {
			return ((Supplier<String>) () -> helper()).get();
		}

		static String fixed() {
			return Body.run();
		}

		private String helper() {
			return Body.run();
		}

		void setReminder(String text) {
			Body.run();
		}

		@PostConstruct
		void start() {
		}

		@Override
		public void setBeanName(String name) {
		}

		@Override
		public void afterPropertiesSet() {
		}

		@Override
		public void destroy() {
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return other == this;
		}

		@Override
		public int hashCode() {
			return 1;
		}

		@Override
		public String toString() {
			return "typed";
		}

	}

	/**
	 * Inherits the annotation, and adds a method.
	 */
	static class Inheriting extends Typed {

		String added() {
			return Body.run();
		}

	}

	/**
	 * Annotated by a composed annotation, which nothing inherits.
	 */
	@ReadsDocuments.Twice
	static class ComposedType {

		String run() {
			return Body.run();
		}

	}

	/**
	 * Adds a method to it.
	 */
	static class AddingToComposed extends ComposedType {

		String added() {
			return Body.run();
		}

	}

	/**
	 * Annotated as another module's annotations are.
	 */
	static class OfAModule {

		@NeedsSomething
		String run() {
			return Body.run();
		}

		String free() {
			return Body.run();
		}

	}

	/**
	 * A type that is annotated as another module's annotations are.
	 */
	@NeedsSomething.Composed
	static class TypeOfAModule {

		String run() {
			return Body.run();
		}

	}

	/**
	 * Adds a method to it, two classes away.
	 */
	static class AddingToTypeOfAModule extends Between<String> {

		String added() {
			return Body.run();
		}

	}

	/**
	 * Has nothing but the annotation of its superclass.
	 *
	 * @param <T> any type
	 */
	abstract static class Between<T> extends TypeOfAModule {

	}

	/**
	 * A record.
	 *
	 * @param name a component, with an accessor
	 */
	@RequiresCapability("read:documents")
	record Document(String name) {

		String read() {
			return Body.run();
		}

	}

	/**
	 * An enum, one of its constants with a body of its own.
	 */
	@RequiresCapability("read:documents")
	enum Shelf {

		OPEN, CLOSED {
			@Override
			String read() {
				return Body.run();
			}
		};

		String read() {
			return Body.run();
		}

	}

	/**
	 * A final class.
	 */
	static final class Closed {

		@RequiresCapability("read:documents")
		String read() {
			return Body.run();
		}

	}

	/**
	 * A class that needs nothing.
	 */
	static class Plain {

	}

	/**
	 * A class with a private method.
	 */
	static class Hidden {

		String read() {
			return hidden();
		}

		@RequiresCapability("read:documents")
		private String hidden() {
			return Body.run();
		}

	}

	/**
	 * An interface whose methods have bodies, and one that has not.
	 */
	interface Contract {

		@RequiresCapability("read:documents")
		default String provided() {
			return Body.run();
		}

		@RequiresCapability("read:documents")
		static String fixed() {
			return Body.run();
		}

		@RequiresCapability("read:documents")
		String open();

	}

	/**
	 * Implements it without an annotation of its own: for the other layers.
	 */
	static class Implementation implements Contract {

		@Override
		public String open() {
			return Body.run();
		}

	}

	/**
	 * A tool callback.
	 */
	@RequiresCapability("read:documents")
	static class Callback implements ToolCallback {

		@Override
		public ToolDefinition getToolDefinition() {
			return ToolDefinition.builder().name("callback").description("").inputSchema("{}").build();
		}

		@Override
		public String call(String input) {
			return Body.run();
		}

		@Override
		public String call(String input, @Nullable ToolContext context) {
			return Body.run();
		}

	}

}

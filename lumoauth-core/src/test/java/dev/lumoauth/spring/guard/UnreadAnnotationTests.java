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

package dev.lumoauth.spring.guard;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Method;

import dev.lumoauth.spring.GuardAnnotation;
import dev.lumoauth.spring.capability.RequiresCapability;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.annotation.Order;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Annotations of a module that has no reader here: code that has one doesn't count as
 * guarded, wherever the annotation is, and whatever else is closer.
 */
class UnreadAnnotationTests {

	private final GuardTermsFinder finder = new GuardTermsFinder();

	@ParameterizedTest
	@ValueSource(classes = { Itself.class, Below.class, BelowWithAnother.class, OfAnInterface.class, Overriding.class,
			OverridingWithAnother.class, ImplementingWithAnother.class, Composed.class, ComposedAndAnother.class,
			BehindABridge.class, ByAnInheritedMethod.class })
	void areFoundEverywhere(Class<?> type) {
		Method run = ReflectionUtils.findMethod(type, "run", (Class<?>[]) null);
		assertThat(this.finder.mentions(type)).isTrue();
		assertThatExceptionOfType(GuardConfigurationException.class).isThrownBy(() -> this.finder.find(run, type))
			.withMessageContaining("@Unread would be ignored: nothing reads it");
	}

	@Test
	void areNotMissedInAConcreteMethodOfAnInterface() {
		Method provided = ReflectionUtils.findMethod(Provided.class, "run");
		assertThatExceptionOfType(GuardConfigurationException.class)
			.isThrownBy(() -> this.finder.find(provided, Providing.class));
	}

	/**
	 * Spring's annotations are passed over.
	 */
	@Test
	void noReaderCanBeOfAnAnnotationOfSpring() {
		TermReader<Meta, CapabilityTerm> reader = mock();
		given(reader.annotation()).willReturn(Meta.class);
		assertThatCode(() -> TermReaders.requireNotOfSpring(reader)).doesNotThrowAnyException();
		TermReader<Order, CapabilityTerm> ofSpring = mock();
		given(ofSpring.annotation()).willReturn(Order.class);
		assertThatIllegalStateException().isThrownBy(() -> TermReaders.requireNotOfSpring(ofSpring))
			.withMessageContaining("can't read @org.springframework.core.annotation.Order");
	}

	@Retention(RetentionPolicy.RUNTIME)
	@GuardAnnotation
	@interface Unread {

	}

	@Retention(RetentionPolicy.RUNTIME)
	@Unread
	@interface Meta {

	}

	@Retention(RetentionPolicy.RUNTIME)
	@RequiresCapability("a")
	@Meta
	@interface Both {

	}

	@Unread
	static class Itself {

		void run() {
		}

	}

	static class Below extends Itself {

	}

	@RequiresCapability("a")
	static class BelowWithAnother extends Itself {

		@Override
		void run() {
		}

	}

	@Unread
	interface Contract {

		void run();

	}

	@RequiresCapability("a")
	static class OfAnInterface implements Contract {

		@Override
		@RequiresCapability("b")
		public void run() {
		}

	}

	static class OnMethod {

		@Unread
		void run() {
		}

	}

	static class Overriding extends OnMethod {

		@Override
		void run() {
		}

	}

	static class OverridingWithAnother extends OnMethod {

		@Override
		@RequiresCapability("a")
		void run() {
		}

	}

	interface Declares {

		@Unread
		void run();

	}

	static class ImplementingWithAnother implements Declares {

		@Override
		@RequiresCapability("a")
		public void run() {
		}

	}

	static class Composed {

		@Meta
		void run() {
		}

	}

	static class ComposedAndAnother {

		@Both
		void run() {
		}

	}

	interface Generic<T> {

		@Unread
		T run(T argument);

	}

	static class BehindABridge implements Generic<String> {

		@Override
		@RequiresCapability("a")
		public String run(String argument) {
			return argument;
		}

	}

	static class Plain {

		public void run() {
		}

	}

	static class ByAnInheritedMethod extends Plain implements Declares {

	}

	interface Provided {

		@Unread
		default void run() {
		}

	}

	static class Providing implements Provided {

	}

}

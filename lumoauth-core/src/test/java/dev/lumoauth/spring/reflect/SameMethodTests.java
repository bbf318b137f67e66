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

package dev.lumoauth.spring.reflect;

import java.lang.reflect.Method;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SameMethod} with Java's classes; those of Kotlin are in
 * {@code tests/kotlin}.
 */
class SameMethodTests {

	private final SameMethod methods = new SameMethod(Impl.class);

	private final Method run = method(Impl.class, "run", String.class);

	private final Method bridge = method(Impl.class, "run", Object.class);

	@Test
	void isWhatItOverridesAndImplements() {
		assertThat(this.methods.as(this.run)).accepts(this.run, method(Generic.class, "run", Object.class),
				method(Base.class, "run", Object.class));
	}

	@Test
	void isNoOverloadAndNoMethodOfAnotherName() {
		assertThat(this.methods.as(this.run)).rejects(method(Impl.class, "run", Integer.class),
				method(Impl.class, "other", String.class));
	}

	@Test
	void isByItselfIfNothingCanTakeItsPlace() {
		assertThat(this.methods.as(method(Impl.class, "own", String.class)))
			.accepts(method(Impl.class, "own", String.class))
			.rejects(method(Base.class, "own", String.class));
		assertThat(this.methods.as(method(Base.class, "fixed", String.class)))
			.rejects(method(Impl.class, "fixed", String.class));
	}

	@Test
	void aBridgeIsTheMethodThatItCalls() {
		assertThat(this.bridge.isBridge()).isTrue();
		assertThat(this.methods.mostSpecific(this.bridge)).isEqualTo(this.run);
		assertThat(this.methods.as(this.run)).rejects(this.bridge);
	}

	@Test
	void theMostSpecificIsTheOneThatRuns() {
		assertThat(this.methods.mostSpecific(method(Generic.class, "run", Object.class))).isEqualTo(this.run);
		assertThat(this.methods.mostSpecific(method(Base.class, "run", Object.class))).isEqualTo(this.run);
		Method unrelated = method(String.class, "strip");
		assertThat(this.methods.mostSpecific(unrelated)).isEqualTo(unrelated);
	}

	private static Method method(Class<?> type, String name, Class<?>... parameters) {
		try {
			return type.getDeclaredMethod(name, parameters);
		}
		catch (NoSuchMethodException ex) {
			throw new AssertionError(ex);
		}
	}

	interface Generic<T> {

		String run(T query);

	}

	static class Base<T> {

		public String run(T query) {
			return "base";
		}

		private String own(String query) {
			return query;
		}

		static String fixed(String query) {
			return query;
		}

	}

	static class Impl extends Base<String> implements Generic<String> {

		@Override
		public String run(String query) {
			return query;
		}

		public String run(Integer number) {
			return "number";
		}

		public String other(String query) {
			return query;
		}

		private String own(String query) {
			return query;
		}

		static String fixed(String query) {
			return query;
		}

	}

}

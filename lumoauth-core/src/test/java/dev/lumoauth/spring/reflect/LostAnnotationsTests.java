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

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Method;
import java.net.URL;

import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Classes that were compiled with an annotation whose class is not there.
 */
class LostAnnotationsTests {

	private static final String GONE = Gone.class.getName();

	@ParameterizedTest
	@ValueSource(classes = { OnMethod.class, OnType.class, ByComposed.class, Inheriting.class, Implementing.class,
			Repeated.class })
	void refusesWhatWasCompiledWithTheAnnotation(Class<?> type) throws ClassNotFoundException {
		Class<?> compiled = new WithoutGone().loadClass(type.getName());
		assertThat(compiled.getAnnotations()).isEmpty();
		assertThat(LostAnnotations.of(compiled)).isEqualTo(GONE);
		assertThatExceptionOfType(GuardConfigurationException.class)
			.isThrownBy(() -> new GuardTermsFinder().mentions(compiled))
			.withMessageStartingWith(type.getName() + " was compiled with @" + GONE + ", whose module is not there.");
	}

	/**
	 * A tool is looked for by its method, also if its object is no bean.
	 */
	@ParameterizedTest
	@ValueSource(classes = { OnMethod.class, ByComposed.class, Repeated.class })
	void refusesAMethod(Class<?> type) throws Exception {
		Class<?> compiled = new WithoutGone().loadClass(type.getName());
		Method method = compiled.getDeclaredMethod("run");
		assertThatExceptionOfType(GuardConfigurationException.class)
			.isThrownBy(() -> new GuardTermsFinder().find(method, compiled));
		assertThatExceptionOfType(GuardConfigurationException.class)
			.isThrownBy(() -> new GuardTermsFinder().findOnMethod(method, compiled));
		assertThatExceptionOfType(GuardConfigurationException.class)
			.isThrownBy(() -> new GuardTermsFinder().find(compiled));
	}

	@Test
	void seesWhatIsThere() throws ClassNotFoundException {
		assertThat(LostAnnotations.of(OnMethod.class)).isNull();
		assertThat(LostAnnotations.of(ByComposed.class)).isNull();
		assertThat(LostAnnotations.of(new WithoutGone().loadClass(Other.class.getName()))).isNull();
		assertThat(new GuardTermsFinder().mentions(OnMethod.class)).isFalse();
	}

	/**
	 * Another class is missing, so that reflection fails and Spring finds no annotation.
	 */
	@ParameterizedTest
	@ValueSource(
			classes = { NamesGone.class, Documented.class, DocumentedType.class, ByDocumented.class, OfGone.class })
	void refusesWhatCantBeRead(Class<?> type) throws ClassNotFoundException {
		Class<?> compiled = new WithoutGone().loadClass(type.getName());
		assertThat(LostAnnotations.of(compiled)).isNull();
		assertThatExceptionOfType(GuardConfigurationException.class)
			.isThrownBy(() -> new GuardTermsFinder().mentions(compiled))
			.withMessageContaining(" can't be read: ")
			.withMessageContaining(GONE);
	}

	@Test
	void refusesWhatCantBeReadAndHasNoClassFile() throws ClassNotFoundException {
		Class<?> compiled = new WithoutGone() {
			@Override
			public @Nullable URL getResource(String name) {
				return null;
			}
		}.loadClass(Unrelated.class.getName());
		assertThatExceptionOfType(GuardConfigurationException.class)
			.isThrownBy(() -> new GuardTermsFinder().mentions(compiled));
	}

	/**
	 * The guard asks for the terms of a method also where no class was looked at before.
	 */
	@ParameterizedTest
	@ValueSource(classes = { Documented.class, ByDocumented.class, OfGone.class })
	void refusesAMethodThatCantBeRead(Class<?> type) throws Exception {
		Class<?> compiled = new WithoutGone().loadClass(type.getName());
		Method method = compiled.getDeclaredMethod("run");
		assertThatExceptionOfType(GuardConfigurationException.class)
			.isThrownBy(() -> new GuardTermsFinder().find(method, compiled));
	}

	@Test
	void leavesAloneWhatHasNothingToDoWithTheLibrary() throws ClassNotFoundException {
		ClassLoader loader = new WithoutGone();
		GuardTermsFinder finder = new GuardTermsFinder();
		assertThat(finder.mentions(loader.loadClass(Unrelated.class.getName()))).isFalse();
		assertThat(finder.mentions(loader.loadClass(UnrelatedDocumented.class.getName()))).isFalse();
		assertThat(finder.mentions(loader.loadClass(BesideOfGone.class.getName()))).isTrue();
	}

	@Retention(RetentionPolicy.RUNTIME)
	@interface Gone {

	}

	/**
	 * Has itself too, as an annotation may.
	 */
	@Composed
	@Gone
	@Retention(RetentionPolicy.RUNTIME)
	@interface Composed {

	}

	static class OnMethod {

		@Gone
		void run() {
		}

	}

	@Gone
	static class OnType {

	}

	static class ByComposed {

		@Composed
		void run() {
		}

	}

	@Gone
	@Repeatable(Steps.class)
	@Retention(RetentionPolicy.RUNTIME)
	@interface Step {

	}

	@Retention(RetentionPolicy.RUNTIME)
	@interface Steps {

		Step[] value();

	}

	static class Repeated {

		@Step
		@Step
		void run() {
		}

	}

	static class Inheriting extends OnMethod {

	}

	interface Contract {

		@Gone
		void run();

	}

	static class Implementing implements Contract {

		@Override
		public void run() {
		}

	}

	static class Other {

		@Deprecated
		void run() {
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@interface Doc {

		Gone example() default @Gone;

	}

	@Doc
	@RequiresCapability("a")
	@Retention(RetentionPolicy.RUNTIME)
	@interface DocumentedReads {

	}

	@RequiresCapability("a")
	@Retention(RetentionPolicy.RUNTIME)
	@interface Reads {

		Class<?> value();

	}

	@Retention(RetentionPolicy.RUNTIME)
	@interface OfType {

		Class<?> value();

	}

	static class NamesGone {

		@RequiresCapability("a")
		void run() {
		}

		void optional(Gone gone) {
		}

	}

	static class Documented {

		@Doc
		@RequiresCapability("a")
		void run() {
		}

	}

	@Doc
	@RequiresCapability("a")
	static class DocumentedType {

	}

	static class ByDocumented {

		@DocumentedReads
		void run() {
		}

	}

	static class OfGone {

		@Reads(Gone.class)
		void run() {
		}

	}

	static class BesideOfGone {

		@OfType(Gone.class)
		@RequiresCapability("a")
		void run() {
		}

	}

	static class Unrelated {

		@Deprecated
		void optional(Gone gone) {
		}

	}

	static class UnrelatedDocumented {

		@Doc
		void run() {
		}

	}

	/**
	 * Loads the classes of this test itself, without the annotation.
	 */
	private static class WithoutGone extends ClassLoader {

		WithoutGone() {
			super(LostAnnotationsTests.class.getClassLoader());
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			if (name.equals(GONE)) {
				throw new ClassNotFoundException(name);
			}
			if (!name.startsWith(LostAnnotationsTests.class.getName())) {
				return super.loadClass(name, resolve);
			}
			synchronized (getClassLoadingLock(name)) {
				Class<?> loaded = findLoadedClass(name);
				return (loaded != null) ? loaded : define(name);
			}
		}

		private Class<?> define(String name) {
			try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
				byte[] code = in.readAllBytes();
				return defineClass(name, code, 0, code.length);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}

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

package dev.lumoauth.spring.tool.chat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import dev.lumoauth.spring.tool.BeanReplacement;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.modifier.MethodManifestation;
import net.bytebuddy.description.modifier.Visibility;
import net.bytebuddy.implementation.StubMethod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.beans.factory.InitializingBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The methods of a manager that the guard does not know: those of a newer Spring AI, and
 * an application's own.
 */
class ManagerMethodsTests {

	@Test
	void knowsAllThatThisVersionHas() {
		assertThat(ManagerMethods.unknown()).isEmpty();
		OwnManager manager = new OwnManager();
		assertThat(ManagerMethods.refusing(manager)).isSameAs(manager);
	}

	@Test
	void refusesTheOwnMethodsOfAManagersClass() {
		OwnManager own = new OwnManager();
		OwnManager manager = BeanReplacement.of(own, new Answering(), ManagerMethods::requireGuarded);
		assertThat(manager).isNotSameAs(own);
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> manager.run("refund"))
			.withMessageContaining("OwnManager.run(String) is refused");
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> manager.executeToolCalls(new Prompt("x"), new ChatResponse(List.of()), Map.of()))
			.withMessageContaining("executeToolCalls(Prompt, ChatResponse, Map) is refused");
		assertThat(own.ran).isFalse();
		assertThat(manager.executeToolCalls(new Prompt("x"), new ChatResponse(List.of())).returnDirect()).isTrue();
		manager.afterPropertiesSet();
		assertThat(manager).hasToString("own").isEqualTo(manager);
	}

	/**
	 * The interface of a newer version, in a class loader of its own.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void refusesAMethodOfANewerVersionByItsName(boolean isAbstract) throws Exception {
		NewerVersion loader = new NewerVersion(isAbstract);
		Class<?> type = loader.loadClass(ToolCallingManager.class.getName());
		Method overload = type.getMethod("executeToolCalls", loader.loadClass(Prompt.class.getName()),
				loader.loadClass(ChatResponse.class.getName()), Map.class);
		Class<?> methods = loader.loadClass(ManagerMethods.class.getName());
		Method unknown = methods.getDeclaredMethod("unknown");
		unknown.setAccessible(true);
		assertThat(unknown.invoke(null)).isEqualTo(List.of("executeToolCalls(Prompt, ChatResponse, Map)"));
		Constructor<?> constructor = loader.loadClass(GuardedToolCallingManager.class.getName())
			.getDeclaredConstructors()[0];
		constructor.setAccessible(true);
		Function<String, Object> none = (name) -> null;
		Object guarded = constructor.newInstance(null, null, none);
		Method refusing = methods.getDeclaredMethod("refusing", type);
		refusing.setAccessible(true);
		Object manager = refusing.invoke(null, guarded);
		assertThatExceptionOfType(InvocationTargetException.class)
			.isThrownBy(() -> overload.invoke(manager, null, null, Map.of()))
			.withCauseInstanceOf(UnsupportedOperationException.class)
			.havingCause()
			.withMessageContaining("ToolCallingManager.executeToolCalls(Prompt, ChatResponse, Map) is refused");
		assertThat(manager.toString()).contains("GuardedToolCallingManager");
	}

	static class OwnManager implements ToolCallingManager, InitializingBean {

		private boolean ran;

		@Override
		public List<ToolDefinition> resolveToolDefinitions(ToolCallingChatOptions options) {
			return List.of();
		}

		@Override
		public ToolExecutionResult executeToolCalls(Prompt prompt, ChatResponse response) {
			return ToolExecutionResult.builder().conversationHistory(List.of()).returnDirect(false).build();
		}

		public ToolExecutionResult executeToolCalls(Prompt prompt, ChatResponse response, Map<String, String> all) {
			this.ran = true;
			return executeToolCalls(prompt, response);
		}

		public void run(String tool) {
			this.ran = true;
		}

		@Override
		public void afterPropertiesSet() {
		}

		@Override
		public String toString() {
			return "own";
		}

	}

	static final class Answering extends OwnManager {

		@Override
		public ToolExecutionResult executeToolCalls(Prompt prompt, ChatResponse response) {
			return ToolExecutionResult.builder().conversationHistory(List.of()).returnDirect(true).build();
		}

	}

	/**
	 * Loads Spring AI and this library anew, with one more overload in the interface.
	 */
	private static final class NewerVersion extends ClassLoader {

		private final boolean isAbstract;

		private NewerVersion(boolean isAbstract) {
			super(NewerVersion.class.getClassLoader());
			this.isAbstract = isAbstract;
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			if (!name.startsWith("org.springframework.ai.") && !name.startsWith("dev.lumoauth.")) {
				return super.loadClass(name, resolve);
			}
			synchronized (getClassLoadingLock(name)) {
				Class<?> loaded = findLoadedClass(name);
				if (loaded == null) {
					byte[] code = code(name);
					loaded = defineClass(name, code, 0, code.length);
				}
				return loaded;
			}
		}

		private byte[] code(String name) throws ClassNotFoundException {
			if (name.equals(ToolCallingManager.class.getName())) {
				return newer();
			}
			try (InputStream code = getResourceAsStream(name.replace('.', '/') + ".class")) {
				if (code == null) {
					throw new ClassNotFoundException(name);
				}
				return code.readAllBytes();
			}
			catch (IOException ex) {
				throw new ClassNotFoundException(name, ex);
			}
		}

		private byte[] newer() {
			var overload = new ByteBuddy().redefine(ToolCallingManager.class)
				.defineMethod("executeToolCalls", ToolExecutionResult.class, Visibility.PUBLIC,
						this.isAbstract ? MethodManifestation.ABSTRACT : MethodManifestation.PLAIN)
				.withParameters(Prompt.class, ChatResponse.class, Map.class);
			return (this.isAbstract ? overload.withoutCode() : overload.intercept(StubMethod.INSTANCE)).make()
				.getBytes();
		}

	}

}

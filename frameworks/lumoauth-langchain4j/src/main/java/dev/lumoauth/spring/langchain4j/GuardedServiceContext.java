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

package dev.lumoauth.spring.langchain4j;

import java.lang.reflect.Method;

import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.service.memory.ChatMemoryAccess;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardedCall;
import dev.lumoauth.spring.guard.SourceLine;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * What one AI service consists of: its tools and its models are those of one agent.
 */
final class GuardedServiceContext extends AiServiceContext {

	private final GuardedToolService tools;

	private volatile @Nullable LangChain4jGuard installed = LangChain4jGuard.installed();

	GuardedServiceContext(Class<?> aiServiceClass) {
		super(aiServiceClass);
		requireKept(aiServiceClass);
		this.tools = new GuardedToolService(this);
		this.toolService = this.tools;
	}

	/**
	 * LangChain4j itself runs default methods, and those that show the memory.
	 */
	private static void requireKept(Class<?> aiServiceClass) {
		for (Method method : aiServiceClass.getMethods()) {
			boolean bypasses = method.isDefault() || method.getDeclaringClass() == ChatMemoryAccess.class;
			if (bypasses && GuardedTool.FINDER.find(method, aiServiceClass) != null) {
				throw new GuardConfigurationException(
						"Method " + method + SourceLine.of(method)
								+ " of an AI service has an annotation, and no guard stands where it is called.",
						"Annotate the other methods only, or move this one to a bean of its own, and call that bean.");
			}
		}
	}

	/**
	 * Return the guard of the agent whose model this service has, or else the one that
	 * was installed when the service was made, or is now.
	 */
	@Nullable LangChain4jGuard guard() {
		if (this.chatModel instanceof AgentModel model) {
			return model.guard();
		}
		if (this.streamingChatModel instanceof AgentModel model) {
			return model.guard();
		}
		if (this.installed == null) {
			this.installed = LangChain4jGuard.installed();
		}
		return this.installed;
	}

	/**
	 * Begin a call of the service: its method may have terms of its own, and its models
	 * are offered what the agent may use.
	 */
	void begin(InvocationContext invocation) {
		LangChain4jGuard guard = guard();
		ReflectionUtils.doWithMethods(this.aiServiceClass, (method) -> {
			GuardTerms terms = GuardedTool.FINDER.find(method, this.aiServiceClass);
			if (terms != null) {
				GuardedTool.required(guard, method.toString())
					.calls()
					.call(GuardedCall.ofMethod(method, terms, null, invocation), () -> true);
			}
		}, (method) -> GuardedTool.FINDER.mentions(this.aiServiceClass)
				&& method.getName().equals(invocation.methodName()));
		if (guard != null) {
			this.chatModel = ModelCalls.ofService(ChatModel.class, this.chatModel, guard, this.tools);
			this.streamingChatModel = ModelCalls.ofService(StreamingChatModel.class, this.streamingChatModel, guard,
					this.tools);
		}
	}

}

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

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.SourceLine;
import dev.lumoauth.spring.reflect.FrameworkClasses;
import dev.lumoauth.spring.tool.BeanReplacement;
import dev.lumoauth.spring.tool.ToolGuard;
import io.micrometer.observation.ObservationRegistry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Puts the watch around chat models that may call their provider without being checked. A
 * model of Spring AI with a guarded manager asks the manager before each call, and a
 * model with the application's registry is observed. All other models, of the
 * application's own classes or built without these beans, get a separate watch.
 */
record WatchedModels(GuardedModels application) {

	private static final Log logger = LogFactory.getLog(WatchedModels.class);

	/**
	 * Watch a model, if nothing else watches it.
	 * @param model the bean
	 * @param beanName its name
	 * @param guard the guard
	 * @return the same model, or an object of its class; an object of another class if no
	 * code can notice that
	 * @throws GuardConfigurationException if it can't be watched
	 */
	ChatModel watch(ChatModel model, String beanName, Supplier<ToolGuard> guard) {
		if (this.application.isStandIn(model) || isSeen(model)) {
			return model;
		}
		Method factoryMethod = this.application.factoryMethod(beanName);
		boolean byInterface = factoryMethod != null && factoryMethod.getReturnType().isInterface();
		Field visible = byInterface ? null : visibleField(model.getClass());
		if (visible != null) {
			logger.warn("ChatModel bean '" + beanName + "'" + SourceLine.of(factoryMethod)
					+ " is not watched, since others can see the field '" + visible.getName() + "' of its class "
					+ model.getClass().getName()
					+ ". An annotated tool that is not a bean could be offered to it unchecked. "
					+ "Make the field private, or let the @Bean method return ChatModel.");
			return model;
		}
		ChatModel watched = BeanReplacement.of(model, new WatchedChatModel(model, guard.get()));
		if (!(watched instanceof WatchedChatModel) || byInterface || isNameless(model.getClass())) {
			return watched;
		}
		GuardConfigurationException refusal = new GuardConfigurationException("ChatModel bean '" + beanName + "'"
				+ SourceLine.of(factoryMethod) + " gets past the guard: its class " + model.getClass().getName()
				+ " can't be extended, and it neither asks the ToolCallingManager bean nor is observed with the "
				+ "ObservationRegistry bean. An annotated tool that is not a bean could be offered to it unchecked.",
				"Let the @Bean method return ChatModel, or give the model's builder the ObservationRegistry bean. A class "
						+ "of your own: neither private nor final, and no final methods (in Kotlin 'open').");
		if (this.application.isGuarded()) {
			throw refusal;
		}
		logger.warn(refusal.getMessage());
		return model;
	}

	/**
	 * Find a field that would be empty in an object that replaces the model.
	 */
	private static @Nullable Field visibleField(Class<?> type) {
		AtomicReference<@Nullable Field> visible = new AtomicReference<>();
		if (!isNameless(type)) {
			ReflectionUtils.doWithFields(type, visible::set, (field) -> !field.isSynthetic()
					&& (field.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC)) == 0);
		}
		return visible.get();
	}

	/**
	 * No code can refer to the class of a lambda or an anonymous class, so no code
	 * notices that the object was replaced.
	 */
	private static boolean isNameless(Class<?> type) {
		return type.isHidden() || type.isSynthetic() || type.isAnonymousClass() || ClassUtils.isLambdaClass(type);
	}

	/**
	 * It is known how Spring AI's own models use the manager and the registry. It is not
	 * known how another class uses them.
	 */
	private boolean isSeen(ChatModel model) {
		Object target = AopProxyUtils.getSingletonTarget(model);
		Object instance = (target != null) ? target : model;
		Class<?> type = FrameworkClasses.userClass(instance.getClass());
		if (!type.getName().startsWith("org.springframework.ai.") || !FrameworkClasses.isOfSpring(type)) {
			return false;
		}
		AtomicBoolean seen = new AtomicBoolean();
		ReflectionUtils.doWithFields(type, (field) -> {
			if (isWatch(value(field, instance))) {
				seen.set(true);
			}
		}, (field) -> !Modifier.isStatic(field.getModifiers())
				&& (ToolCallingManager.class.isAssignableFrom(field.getType())
						|| ObservationRegistry.class.isAssignableFrom(field.getType())));
		return seen.get();
	}

	private boolean isWatch(@Nullable Object part) {
		return (part instanceof ToolCallingManager)
				? BeanReplacement.replacement(part) instanceof GuardedToolCallingManager
				: part != null && part == this.application.observationRegistry();
	}

	private static @Nullable Object value(Field field, Object instance) {
		ReflectionUtils.makeAccessible(field);
		return ReflectionUtils.getField(field, instance);
	}

}

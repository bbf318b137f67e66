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

package dev.lumoauth.spring.guard.method;

import java.lang.reflect.Method;
import java.util.LinkedHashSet;
import java.util.Set;

import dev.lumoauth.spring.guard.GuardTermsFinder;
import dev.lumoauth.spring.reflect.FrameworkClasses;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.util.ClassUtils;

/**
 * Keeps the methods of annotated beans visible to reflection, which finds their
 * annotations. Also keeps the components of the records that these methods take, because
 * a person who has to approve a call sees the components.
 */
final class GuardedBeanAotProcessor implements BeanRegistrationAotProcessor {

	@Override
	public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean bean) {
		Class<?> type = FrameworkClasses.userClass(bean.getBeanClass());
		if (!new GuardTermsFinder().mentions(type)) {
			return null;
		}
		return (generation, code) -> register(generation.getRuntimeHints().reflection(), type);
	}

	private static void register(ReflectionHints hints, Class<?> type) {
		Set<Class<?>> types = new LinkedHashSet<>(ClassUtils.getAllInterfacesForClassAsSet(type));
		for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
			types.add(each);
		}
		for (Class<?> each : types) {
			hints.registerType(each, MemberCategory.INVOKE_DECLARED_METHODS);
			for (Method method : each.getDeclaredMethods()) {
				new BindingReflectionHintsRegistrar().registerReflectionHints(hints, method.getGenericParameterTypes());
			}
		}
	}

}

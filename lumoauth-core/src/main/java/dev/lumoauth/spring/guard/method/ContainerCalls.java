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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.springframework.beans.factory.Aware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;

/**
 * Recognizes the methods that the container calls when it creates or destroys a bean. The
 * container calls them on the object itself, where no proxy stands.
 */
final class ContainerCalls {

	/** By name: the annotations may be missing. */
	private static final Set<String> ANNOTATIONS = Set.of("jakarta.annotation.PostConstruct",
			"jakarta.annotation.PreDestroy", "jakarta.inject.Inject",
			"org.springframework.beans.factory.annotation.Autowired");

	private static final String[] NONE = {};

	private ContainerCalls() {
	}

	/**
	 * Return whether a method shows that the container calls it.
	 * @param method the method of a bean
	 */
	static boolean include(Method method) {
		return MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY)
			.stream()
			.anyMatch((each) -> ANNOTATIONS.contains(each.getType().getName()))
				|| ClassUtils.getAllInterfacesForClassAsSet(method.getDeclaringClass())
					.stream()
					.anyMatch((each) -> declares(each, method));
	}

	private static boolean declares(Class<?> type, Method method) {
		boolean known = (Aware.class.isAssignableFrom(type) && type.getName().startsWith("org.springframework."))
				|| type == InitializingBean.class || type == DisposableBean.class;
		return known && ClassUtils.hasMethod(type, method.getName(), method.getParameterTypes());
	}

	/**
	 * Return whether a bean's definition shows that the container calls a method.
	 * @param method the method of the bean
	 * @param definition the merged definition of the bean
	 * @param type the class of the bean
	 */
	static boolean include(Method method, BeanDefinition definition, Class<?> type) {
		String name = method.getName();
		return (definition instanceof RootBeanDefinition root && (root.isExternallyManagedConfigMember(method)
				|| root.isExternallyManagedInitMethod(name) || root.isExternallyManagedDestroyMethod(name)))
				|| (method.getParameterCount() == 0 && names(definition, type).contains(name));
	}

	private static List<String> names(BeanDefinition definition, Class<?> type) {
		List<String> names = new ArrayList<>();
		if (definition instanceof AbstractBeanDefinition each) {
			names.addAll(Arrays.asList(Objects.requireNonNullElse(each.getInitMethodNames(), NONE)));
		}
		if (definition instanceof AbstractBeanDefinition each && !definition.isPrototype()) {
			names.addAll(Arrays.asList(Objects.requireNonNullElse(each.getDestroyMethodNames(), NONE)));
			boolean closed = each.getDestroyMethodNames() == null && AutoCloseable.class.isAssignableFrom(type);
			if ((closed || names.contains(AbstractBeanDefinition.INFER_METHOD))
					&& !DisposableBean.class.isAssignableFrom(type)) {
				names.add(ClassUtils.hasMethod(type, "close") ? "close" : "shutdown");
			}
		}
		return names;
	}

}

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

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import dev.lumoauth.spring.reflect.FrameworkClasses;
import dev.lumoauth.spring.user.UserScope;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodClassKey;
import org.springframework.util.ConcurrentReferenceHashMap;

/**
 * Finds and remembers the terms that annotations set for a method, for a type or for the
 * bean of a {@code @Bean} method. The terms of a method and of its type add up. The
 * closest annotation of each kind counts: a method's before that of the method it
 * overrides or implements, and a type's before those of its superclasses and interfaces.
 * What the annotations of a kind say is read by its {@link TermReader}.
 * <p>
 * The instance holds what it remembers by soft references, so it keeps no class loader
 * alive once its application context has been closed. Thread-safe; terms that were found
 * before are returned without a lock.
 *
 * @since 0.1.0
 */
public final class GuardTermsFinder {

	private final Map<MethodClassKey, Optional<GuardTerms>> methods = new ConcurrentReferenceHashMap<>();

	private final Map<Class<?>, Optional<GuardTerms>> types = new ConcurrentReferenceHashMap<>();

	private final Map<Class<?>, Boolean> mentions = new ConcurrentReferenceHashMap<>();

	/**
	 * Find the terms of a method that is called on an object of a class.
	 * @param method the method, as declared in the class, a superclass or an interface
	 * @param targetClass the class of the object; for a CGLIB proxy, the class behind it
	 * counts
	 * @return the terms, or {@code null} if neither the method nor its type is annotated
	 * @throws GuardConfigurationException if the capabilities are not valid, or if
	 * several annotations compete
	 */
	public @Nullable GuardTerms find(Method method, Class<?> targetClass) {
		Class<?> userClass = FrameworkClasses.userClass(targetClass);
		return remembered(this.methods, new MethodClassKey(method, userClass),
				(key) -> watched(new TermsSearch(userClass).find(method)));
	}

	/**
	 * Find the terms of all methods of a type that have no annotation of their own.
	 * @param type the type
	 * @return the terms, or {@code null} if the type, its superclasses and its interfaces
	 * have no annotation
	 * @throws GuardConfigurationException if the capabilities are not valid, or if
	 * several annotations compete
	 */
	public @Nullable GuardTerms find(Class<?> type) {
		return remembered(this.types, FrameworkClasses.userClass(type),
				(userClass) -> watched(new TermsSearch(userClass).findOnType()));
	}

	private static <K> @Nullable GuardTerms remembered(Map<K, Optional<GuardTerms>> known, K key,
			Function<K, @Nullable GuardTerms> search) {
		Optional<GuardTerms> found = known.get(key);
		if (found == null) {
			found = Optional.ofNullable(search.apply(key));
			known.put(key, found);
		}
		return found.orElse(null);
	}

	/**
	 * Find the terms of a method's own annotations, without those of its type.
	 * @param method the method
	 * @param targetClass the class of the object
	 * @return the terms, or {@code null} if neither the method nor a method that it
	 * overrides or implements is annotated
	 * @throws GuardConfigurationException if the capabilities are not valid, or if
	 * several annotations compete
	 */
	public @Nullable GuardTerms findOnMethod(Method method, Class<?> targetClass) {
		return watched(new TermsSearch(FrameworkClasses.userClass(targetClass)).findOnMethod(method));
	}

	/**
	 * Find the terms of the {@code @Bean} method of a bean, without creating the bean.
	 * @param beanFactory the bean factory that defines the bean
	 * @param beanName the name of the bean, with or without the prefix of a
	 * {@code FactoryBean}
	 * @return the terms; {@code null} if the method is not annotated, if there is no such
	 * method, or if the bean is not defined here. The annotation of the bean's type is
	 * ignored
	 * @throws GuardConfigurationException if the annotation is not valid
	 */
	public @Nullable GuardTerms findOnBeanMethod(ConfigurableListableBeanFactory beanFactory, String beanName) {
		return watched(BeanMethods.terms(beanFactory, beanName, this));
	}

	/**
	 * Find the {@code @Bean} method of a bean.
	 * @param beanFactory the bean factory that defines the bean
	 * @param name the name of the bean
	 * @return the method; {@code null} if there is none, or if the method is only known
	 * after the bean is created
	 */
	public static @Nullable Method beanMethod(ConfigurableListableBeanFactory beanFactory, String name) {
		return BeanMethods.find(beanFactory, name);
	}

	/**
	 * Return whether a type is relevant for the guard: whether there is an annotation on
	 * the type, its superclasses, its interfaces or one of their methods. Cheap: each
	 * type is examined once.
	 * @param type the type
	 * @return {@code false} if {@link #find(Method, Class)} finds nothing for any method
	 * @throws GuardConfigurationException if the type was compiled with an annotation of
	 * this library whose module is missing
	 */
	public boolean mentions(@Nullable Class<?> type) {
		if (type == null || type == Object.class) {
			return false;
		}
		Boolean known = this.mentions.get(type);
		if (known == null) {
			// What such a class extends and implements can't have the annotations either.
			known = !FrameworkClasses.contain(type) && search(type);
			this.mentions.put(type, known);
		}
		return known;
	}

	private boolean search(Class<?> type) {
		TermsSearch.requireNothingLost(type);
		return TermsSearch.declares(type) || mentions(type.getSuperclass()) || mentionsAny(type.getInterfaces());
	}

	private boolean mentionsAny(Class<?>[] types) {
		for (Class<?> type : types) {
			if (mentions(type)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Remember that there will be users to act for.
	 */
	private static @Nullable GuardTerms watched(@Nullable GuardTerms terms) {
		if (terms != null && terms.onBehalfOfUser()) {
			UserScope.watchStreams();
		}
		return terms;
	}

}

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

package dev.lumoauth.spring.concurrent;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;

/**
 * A bean that is looked up once, when it is first needed: each lookup goes through the
 * bean factory, which takes longer than the work of the bean. For singletons.
 * <p>
 * It takes no lock: the lookup may create the bean, and a thread that waits here could
 * hold a lock for which the bean factory waits.
 *
 * @param <T> the type of the bean
 * @since 0.1.0
 */
public final class RememberedBean<T> implements Supplier<T> {

	private final Supplier<T> lookup;

	private volatile @Nullable T bean;

	/**
	 * Remember what a lookup returns.
	 * @param lookup returns it
	 */
	public RememberedBean(Supplier<T> lookup) {
		this.lookup = lookup;
	}

	/**
	 * Remember a bean.
	 * @param provider looks it up
	 * @param <T> the type of the bean
	 * @return gives the bean
	 */
	public static <T> Supplier<T> of(ObjectProvider<T> provider) {
		return new RememberedBean<>(provider::getObject);
	}

	/**
	 * Remember a bean that may exist, or its substitute.
	 * @param provider looks it up
	 * @param otherwise supplies the substitute if there is no such bean, or if there are
	 * several
	 * @param <T> the type of the bean
	 * @return gives the bean
	 */
	public static <T> Supplier<T> unique(ObjectProvider<T> provider, Supplier<? extends T> otherwise) {
		return new RememberedBean<>(() -> {
			T bean = provider.getIfUnique();
			return (bean != null) ? bean : otherwise.get();
		});
	}

	@Override
	public T get() {
		T bean = this.bean;
		if (bean == null) {
			bean = this.lookup.get();
			this.bean = bean;
		}
		return bean;
	}

}

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

import java.util.Spliterator;
import java.util.Spliterators.AbstractSpliterator;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;

/**
 * The elements of a stream that a method for a user returned: each element is made for
 * the user, and handled by the caller for the caller's own party.
 *
 * @param <T> the type of the elements
 */
final class UserElements<T> extends AbstractSpliterator<T> {

	private final UserToken user;

	private final Spliterator<T> elements;

	UserElements(UserToken user, Spliterator<T> elements) {
		super(elements.estimateSize(), elements.characteristics() & ~(SIZED | SUBSIZED | SORTED));
		this.user = user;
		this.elements = elements;
	}

	@Override
	@SuppressWarnings("NullAway") // Some streams have null as an element.
	public boolean tryAdvance(Consumer<? super T> taking) {
		AtomicReference<T> element = new AtomicReference<>();
		boolean found = UserScope.call(this.user, () -> this.elements.tryAdvance(element::set));
		if (found) {
			taking.accept(element.get());
		}
		return found;
	}

}

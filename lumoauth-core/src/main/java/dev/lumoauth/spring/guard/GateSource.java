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

import java.util.List;

/**
 * Has the gates of the default agent. The beans of this type are asked in their order at
 * the first call of guarded code. If two of them have gates for one kind of term, those
 * of the first one count.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface GateSource {

	/**
	 * Return the gates.
	 * @return the gates, besides those for capabilities and for the user
	 */
	List<Gate<?>> gates();

}

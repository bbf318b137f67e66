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

package dev.lumoauth.spring.approval;

import java.util.function.Predicate;

import dev.lumoauth.spring.call.Action;
import org.jspecify.annotations.Nullable;

/**
 * Finds calls that were made by another process, or by this application before a restart,
 * so that {@link LumoAuthApprovals#resume} can run them here.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ResumableCalls {

	/**
	 * Find a call.
	 * @param approval the request of the call
	 * @param isApproved returns whether some code is the approved code
	 * @return an action that makes the call, behind its guard and for the user on this
	 * thread; {@code null} if the call isn't known
	 */
	@Nullable Action<? extends @Nullable Object, Throwable> find(Approval approval, Predicate<Object> isApproved);

}

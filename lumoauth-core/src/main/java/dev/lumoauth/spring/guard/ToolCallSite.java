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

/**
 * Knows whether the code on this thread was called as a tool, where no door of ours is
 * between the framework and the code: a chat client made by hand, say, that calls a tool
 * bean. Asked for a call that is refused, to choose its words; decides nothing else. A
 * framework's module registers its own by {@link java.util.ServiceLoader}.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ToolCallSite {

	/**
	 * Return whether a tool runs here.
	 * @return whether the exception of a refusal may be read by a model
	 */
	boolean isHere();

	/**
	 * Return whether a framework hands objects of a class over to its tools, beside the
	 * arguments of the call.
	 * @param type the class of a parameter
	 * @return {@code false} by default: it is an argument
	 */
	default boolean isHandedOver(Class<?> type) {
		return false;
	}

}

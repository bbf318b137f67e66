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

package dev.lumoauth.spring.aspects;

import dev.lumoauth.spring.GuardAnnotation;
import dev.lumoauth.spring.guard.method.Woven;
import dev.lumoauth.spring.guard.method.WovenGuard;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import org.aspectj.lang.reflect.MethodSignature;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Bean;

/**
 * Hands the execution of annotated methods to the guard. Each annotation that
 * {@link GuardAnnotation} marks counts, on the method and on its type, also as a
 * meta-annotation of up to three levels.
 * <p>
 * The declaration marks what the advice stands around, and the advice stands around what
 * is marked: what the application takes as guarded at its start is what is guarded.
 *
 * @since 0.1.0
 */
public aspect LumoAuthGuardAspect {

	// An annotated class, or a class with an annotated superclass: AspectJ's patterns see an inherited annotation only
	// if they name it, but to them each class has the constructors of its superclasses too.
	declare @type: (hasmethod((@(@GuardAnnotation * || @(@GuardAnnotation *) * || @(@(@GuardAnnotation *) *) *
			|| @(@(@(@GuardAnnotation *) *) *) *) *).new(..))) : @OfAnnotatedClass;

	declare @method: (
			// Annotated itself
			@(@GuardAnnotation * || @(@GuardAnnotation *) * || @(@(@GuardAnnotation *) *) *
				|| @(@(@(@GuardAnnotation *) *) *) *) !abstract !native * *(..)
			// A method of an annotated type
			|| (!abstract !native !private * ((@OfAnnotatedClass *)
					// An interface has no constructor
					|| (@(@GuardAnnotation * || @(@GuardAnnotation *) * || @(@(@GuardAnnotation *) *) *
						|| @(@(@(@GuardAnnotation *) *) *) *) *)).*(..)
				// but for what every object and every enum has
				&& !(public boolean *.equals(Object)) && !(public int *.hashCode()) && !(public String *.toString())
				&& !(public static * Enum+.values()) && !(public static * Enum+.valueOf(String))
				// what Kotlin's compiler adds, which calls the function itself
				&& !(static * *..*.*$default(..)) && !(static * *..*.access$*(..))
				// or stands for equals and the like in a value class
				&& !(static boolean *.equals*impl(*, Object)) && !(static int *.hashCode*impl(*))
				&& !(static String *.toString*impl(*))
				// what the container calls
				&& !(@(PostConstruct || PreDestroy || Autowired) * *(..))
				&& !(void InitializingBean.afterPropertiesSet()) && !(void DisposableBean.destroy())
				&& !(void org.springframework..*Aware.set*(*))
				// and what describes tools and gives them out
				&& !(* org.springframework.ai.tool.ToolCallbac*.get*())))
		// On these it is about what they make
		&& !(@(Bean || @Bean *) * *(..))
		// A coroutine calls it again whenever it goes on
		&& !(* *(.., kotlin.coroutines.Continuatio*))
		// Proxies: the methods behind them are woven
		&& !(* *..*$$SpringCGLIB$$*.*(..)) && !(* java.lang.reflect.Proxy+.*(..))
		: @Woven;

	Object around(): execution(@Woven * *(..)) {
		return WovenGuard.call(((MethodSignature) thisJoinPointStaticPart.getSignature()).getMethod(),
				thisJoinPoint.getThis(), thisJoinPoint.getArgs(), () -> proceed());
	}

}

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

package dev.lumoauth.spring.langchain4j.autoconfigure;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.function.Supplier;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.lumoauth.spring.langchain4j.AgentModel;
import dev.lumoauth.spring.langchain4j.LangChain4jGuard;
import org.aopalliance.intercept.MethodInterceptor;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.util.ClassUtils;

/**
 * Puts the budget of the default agent on beans that are models, for code that calls them
 * without an AI service. They stay objects of their own class.
 *
 * @param guard supplies the guard of the agent
 */
record ModelBeanPostProcessor(Supplier<LangChain4jGuard> guard) implements BeanPostProcessor {

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (!(bean instanceof ChatModel || bean instanceof StreamingChatModel) || bean instanceof AgentModel) {
			return bean;
		}
		ProxyFactory proxy = new ProxyFactory(bean);
		proxy.setProxyTargetClass(!Modifier.isFinal(bean.getClass().getModifiers()));
		proxy.addInterface(AgentModel.class);
		proxy.addAdvice((MethodInterceptor) (invocation) -> {
			Method method = ClassUtils.getInterfaceMethodIfPossible(invocation.getMethod(), bean.getClass());
			Class<?> contract = method.getDeclaringClass();
			boolean counts = contract == AgentModel.class || (method.getName().equals("chat")
					&& (contract == ChatModel.class || contract == StreamingChatModel.class));
			return counts ? AopUtils.invokeJoinpointUsingReflection(budgeted(bean, contract), method,
					invocation.getArguments()) : invocation.proceed();
		});
		return proxy.getProxy(bean.getClass().getClassLoader());
	}

	private Object budgeted(Object bean, Class<?> contract) {
		return (bean instanceof ChatModel model && contract != StreamingChatModel.class) ? this.guard.get().model(model)
				: this.guard.get().model((StreamingChatModel) bean);
	}

}
